// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The environment of this process, which nobody may change once threads run.
enum Environment {
    static func value(of name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
