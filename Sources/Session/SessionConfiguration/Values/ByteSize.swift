// SPDX-License-Identifier: Apache-2.0

/// Sizes as systemd writes them: `1M` is 1,048,576 bytes.
enum ByteSize {
    private static let units: [(suffix: String, bytes: Int)] = [("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)]

    static func parse(_ text: String) throws(InvalidValue) -> Int {
        var cursor = ByteCursor(text)
        let digits = cursor.take(while: ASCII.isDigit)
        cursor.skipBlanks()
        let suffix = String(decoding: cursor.take { _ in true }, as: UTF8.self)
        guard !digits.isEmpty, let unit = bytes(of: suffix) else { throw InvalidValue("not a size") }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw InvalidValue("out of range") }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow else { throw InvalidValue("out of range") }
        return product
    }

    @Sendable
    static func format(_ bytes: Int) -> String {
        for unit in units where bytes != 0 && bytes.isMultiple(of: unit.bytes) {
            return "\(bytes / unit.bytes)\(unit.suffix)"
        }
        return String(bytes)
    }

    private static func bytes(of suffix: String) -> Int? {
        if suffix.isEmpty || suffix.isSame(as: "B") { return 1 }
        return units.first { $0.suffix.isSame(as: suffix) }?.bytes
    }
}
