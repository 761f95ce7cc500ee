// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What values of errno(3) mean.
package enum ErrorText {
    /// The system's own words, strerror(3).
    package static func of(_ errorNumber: CInt) -> String { String(cString: strerror(errorNumber)) }
}
