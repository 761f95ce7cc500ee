// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Reads a time span of systemd.time(7), as a configuration has it; `nil`: it is none, or has no end.
    package init?(timeSpan text: String) {
        guard case .finite(let duration) = try? TimeSpan.parse(text) else { return nil }
        self = duration
    }
}

extension TimeSpan {
    /// Reads a sum of numbers with units; a number without one counts seconds.
    static func parse(_ text: String) throws(InvalidValue) -> TimeSpan {
        if text.isSame(as: "infinity") { return .infinite }
        var cursor = ByteCursor(text)
        var total: UInt64 = 0
        cursor.skipBlanks()
        if cursor.isAtEnd { throw InvalidValue("not a time span") }
        while !cursor.isAtEnd {
            let (sum, overflow) = total.addingReportingOverflow(try term(from: &cursor))
            if overflow { throw tooLong }
            total = sum
            cursor.skipBlanks()
        }
        // Apart, since all microseconds at once may be beyond Int64.
        return .finite(.seconds(Int64(total / 1_000_000)) + .microseconds(Int64(total % 1_000_000)))
    }

    private static var tooLong: InvalidValue { InvalidValue("too long a time") }

    private static func term(from cursor: inout ByteCursor) throws(InvalidValue) -> UInt64 {
        if cursor.current == UInt8(ascii: "-") { throw InvalidValue("negative") }
        let whole = cursor.take(while: ASCII.isDigit)
        let hasPoint = cursor.skip(UInt8(ascii: "."))
        let fraction = hasPoint ? cursor.take(while: ASCII.isDigit) : []
        if hasPoint ? fraction.isEmpty : whole.isEmpty { throw InvalidValue("not a time span") }
        let unit = try unit(from: &cursor)
        guard let count = whole.isEmpty ? 0 : UInt64(String(decoding: whole, as: UTF8.self)) else { throw tooLong }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        let (sum, carry) = product.addingReportingOverflow(microseconds(ofFraction: fraction, unit: unit))
        if overflow || carry { throw tooLong }
        return sum
    }

    /// The unit here; what follows a number without one must be apart from it, so that `1.2.3` is none.
    private static func unit(from cursor: inout ByteCursor) throws(InvalidValue) -> UInt64 {
        let blanks = cursor.take(while: ASCII.isBlank)
        let name = cursor.take { ASCII.isLetter($0) || $0 >= 0x80 }
        if name.isEmpty {
            guard cursor.isAtEnd || !blanks.isEmpty else { throw InvalidValue("not a time span") }
            return 1_000_000
        }
        let text = String(decoding: name, as: UTF8.self)
        guard let unit = units.first(where: { $0.key.isSame(as: text) })?.value else {
            throw InvalidValue("an unknown unit of time")
        }
        return unit
    }

    private static func microseconds(ofFraction digits: ArraySlice<UInt8>, unit: UInt64) -> UInt64 {
        var weight = unit / 10
        var sum: UInt64 = 0
        for digit in digits where weight > 0 {
            sum += UInt64(digit - UInt8(ascii: "0")) * weight
            weight /= 10
        }
        return sum
    }
}
