// SPDX-License-Identifier: Apache-2.0

/// One named value of a log entry, with a name that the journal accepts from a service.
package struct JournalField: Hashable, Sendable {
    /// The longest name that journald keeps, in bytes.
    package static let maximumNameBytes = 64

    /// Names that entries get elsewhere, and names by which systemctl(1) would take the entry for one about another
    /// unit, systemd.journal-fields(7).
    static let reservedNames: Set<String> = [
        "MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "UNIT", "USER_UNIT", "INVOCATION_ID", "USER_INVOCATION_ID",
    ]

    /// `[A-Z][A-Z0-9_]*`.
    package let name: String
    /// Any text; line feeds are kept in the journal and escaped on stderr.
    package let value: String

    /// Takes a name and its value; nil when the name is not `[A-Z][A-Z0-9_]*`, has more than 64 bytes or is reserved.
    ///
    /// The journal drops an entry's field, not the entry, when a name is bad; so does whoever gets nil.
    package init?(name: String, value: String) {
        guard Self.isValid(name) else { return nil }
        self.name = name
        self.value = value
    }

    static func isValid(_ name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, isUpperCase(first), bytes.count <= maximumNameBytes else { return false }
        return bytes.allSatisfy(isNameByte) && !reservedNames.contains(name)
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isUpperCase(byte) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
    }
}
