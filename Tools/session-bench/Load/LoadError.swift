// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A system call that failed.
struct LoadError: Error, CustomStringConvertible {
    var call: String
    var number: Int32

    /// The failure of the call that was made last.
    init(_ call: String) { (self.call, number) = (call, errno) }

    var description: String { "\(call): \(String(cString: strerror(number)))" }
}
