// SPDX-License-Identifier: Apache-2.0

package import Logging
import SessiondPrimitives

/// Names a kind of journal entry, so that `journalctl MESSAGE_ID=…` and the message catalog find it.
///
/// A random 128-bit number, made once per kind (`systemd-id128 new`) and never changed, sd-id128(3).
package struct MessageID: Hashable, Sendable, CustomStringConvertible {
    /// The journal field that carries it.
    package static let fieldName = "MESSAGE_ID"

    /// 32 lower-case hexadecimal digits.
    package let description: String

    /// Takes the number as a literal: `MessageID(0x32a1…)` with all 32 digits, so that a text search finds it.
    package init(_ value: UInt128) {
        description = value.hexadecimal
    }

    /// Parses 32 hexadecimal digits; anything else is nil.
    package init?(_ text: String) {
        let isHexadecimal = text.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        guard text.utf8.count == 32, isHexadecimal, let value = UInt128(text, radix: 16) else { return nil }
        self.init(value)
    }

    /// The value for ``fieldName`` in the metadata of a logger.
    package var metadataValue: Logger.MetadataValue { .string(description) }
}
