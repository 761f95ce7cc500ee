// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

extension SecretBytes {
    /// Those of a text.
    static func of(_ text: String) -> SecretBytes {
        SecretBytes(capacity: text.utf8.count) { memory in
            memory.copyBytes(from: text.utf8)
            return text.utf8.count
        }
    }
}
