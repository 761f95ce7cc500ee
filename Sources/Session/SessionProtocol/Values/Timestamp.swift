// SPDX-License-Identifier: Apache-2.0

/// An instant in whole seconds, written as RFC 3339 UTC: `2026-11-23T05:02:03Z`.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
    public let secondsSince1970: Int64

    /// The years that four digits can write.
    public static let range: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    /// The instant so many seconds after 1970 began; beyond the years 0 to 9999, the nearest within.
    public init(secondsSince1970: Int64) {
        self.secondsSince1970 = min(max(secondsSince1970, Timestamp.range.lowerBound), Timestamp.range.upperBound)
    }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.secondsSince1970 < right.secondsSince1970 }
}

extension Timestamp: CustomStringConvertible {
    /// `YYYY-MM-DDTHH:MM:SSZ`.
    public var description: String {
        let (days, second) = secondsSince1970.floorDivided(by: 86_400)
        let date = CivilDate(daysSince1970: days)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))Z"
    }

    private static let form: StaticString = "0000-00-00T00:00:00Z"

    /// Reads exactly that form; `nil` for anything else.
    public init?(_ text: String) {
        var text = text
        // Its numbers, one after the other.
        let numbers = text.withUTF8 { bytes -> (Int64, Int64, Int64, Int64, Int64, Int64)? in
            guard bytes.count == Timestamp.form.utf8CodeUnitCount else { return nil }
            for index in 0..<bytes.count {
                let expected = Timestamp.form.utf8Start[index]
                let isDigit = bytes[index] >= UInt8(ascii: "0") && bytes[index] <= UInt8(ascii: "9")
                guard expected == UInt8(ascii: "0") ? isDigit : bytes[index] == expected else { return nil }
            }
            func number(_ range: Range<Int>) -> Int64 {
                var number: Int64 = 0
                for index in range { number = number * 10 + Int64(bytes[index] - UInt8(ascii: "0")) }
                return number
            }
            return (number(0..<4), number(5..<7), number(8..<10), number(11..<13), number(14..<16), number(17..<19))
        }
        guard let (year, month, day, hour, minute, second) = numbers else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard (1...12).contains(date.month), hour < 24, minute < 60, second < 60 else { return nil }
        guard CivilDate(daysSince1970: date.daysSince1970) == date else { return nil }
        self.init(secondsSince1970: date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second)
    }
}

/// A day of the proleptic Gregorian calendar (the algorithms of Howard Hinnant's "chrono-compatible date algorithms").
private struct CivilDate: Equatable {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    init(daysSince1970: Int64) {
        let (era, dayOfEra) = (daysSince1970 + 719_468).floorDivided(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).floorDivided(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
