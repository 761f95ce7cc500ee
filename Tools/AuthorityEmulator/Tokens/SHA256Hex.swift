// SPDX-License-Identifier: Apache-2.0

import Crypto

/// A SHA-256 in lower-case hexadecimal.
package enum SHA256Hex {
    package static func of(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
