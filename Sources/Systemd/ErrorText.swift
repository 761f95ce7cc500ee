// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What errno(3) values mean.
enum ErrorText {
    static func of(_ errorNumber: CInt) -> String {
        String(cString: strerror(errorNumber))
    }
}
