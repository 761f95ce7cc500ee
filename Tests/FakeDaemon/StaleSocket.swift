// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A socket file that a daemon has left behind.
public enum StaleSocket {
    /// Makes one.
    public static func make(at path: String) throws {
        close(try FakeDaemon.listen(path))
    }
}
