// SPDX-License-Identifier: Apache-2.0

extension ValueForm {
    /// One word of a closed set.
    static func choice() -> ValueForm
    where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
        choice(among: Array(Value.allCases)) { $0.rawValue }
    }

    /// The name of one of these.
    static func choice(among values: [Value], name: @escaping @Sendable (Value) -> String) -> ValueForm {
        let words = values.map(name)
        return ValueForm(
            description: "one of " + words.joined(separator: ", "),
            parse: { (value) throws(InvalidValue) in
                // Compared as bytes: String equality would take canonically equivalent characters.
                guard let found = values.first(where: { name($0).isSame(as: value.text) }) else {
                    throw InvalidValue("not one of these words", meant: value.text, among: words)
                }
                return found
            },
            format: name
        )
    }
}

extension ValueForm<Bool> {
    private static var yes: [String] { ["1", "yes", "y", "true", "t", "on"] }
    private static var no: [String] { ["0", "no", "n", "false", "f", "off"] }

    /// A boolean of `systemd.syntax(7)`, with the short forms that systemd reads too; in any case.
    static var boolean: ValueForm {
        ValueForm(
            description: "a boolean: yes or no, true or false, on or off, 1 or 0",
            parse: { (value) throws(InvalidValue) in
                let word = ASCII.lowercased(value.text)
                if yes.contains(where: word.isSame) { return true }
                if no.contains(where: word.isSame) { return false }
                throw InvalidValue("not a boolean")
            },
            format: { $0 ? "yes" : "no" }
        )
    }
}

extension ValueForm<Int> {
    /// A whole number in decimal digits.
    static func count(_ range: ClosedRange<Int>) -> ValueForm {
        ValueForm(
            description: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { (value) throws(InvalidValue) in
                guard let number = decimal(value.text.utf8) else { throw InvalidValue("not a whole number") }
                guard range.contains(number) else { throw InvalidValue("out of range") }
                return number
            },
            format: { String($0) }
        )
    }

    /// A number of bytes, with K, M or G for powers of 1024.
    static func size(_ range: ClosedRange<Int>) -> ValueForm {
        let bounds = "\(ByteSize.format(range.lowerBound)) to \(ByteSize.format(range.upperBound))"
        return ValueForm(
            description: "a number of bytes, with K, M or G for powers of 1024, from \(bounds)",
            parse: { (value) throws(InvalidValue) in
                let bytes = try ByteSize.parse(value.text)
                guard range.contains(bytes) else { throw InvalidValue("out of range") }
                return bytes
            },
            format: ByteSize.format
        )
    }

    private static func decimal(_ bytes: String.UTF8View) -> Int? {
        bytes.allSatisfy(ASCII.isDigit) ? Int(String(bytes)) ?? .max : nil
    }
}
