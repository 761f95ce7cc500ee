// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Dates as HTTP writes them.
enum HTTPDate {
    /// Reads an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), as whole seconds since 1970; `nil` for
    /// anything else, the two obsolete forms included. Whether the day of the week fits is not asked.
    static func unixSeconds(_ text: String) -> Int64? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[5] == "GMT", dayNames.contains(String(parts[0])),
            let day = number(parts[1], digits: 2), let month = monthNames.firstIndex(of: String(parts[2])),
            let year = number(parts[3], digits: 4), let second = secondOfDay(parts[4])
        else { return nil }
        var date = tm()
        (date.tm_mday, date.tm_mon, date.tm_year) = (day, Int32(month), year - 1900)
        let midnight = timegm(&date)
        // What is no day of that month has become one of the next.
        return date.tm_mday == day ? Int64(midnight) + second : nil
    }

    private static let dayNames = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func secondOfDay(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = number(parts[0], digits: 2), let minute = number(parts[1], digits: 2),
            let second = number(parts[2], digits: 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        // A leap second has no number of its own.
        return Int64(hour) * 3600 + Int64(minute) * 60 + Int64(min(second, 59))
    }

    private static func number(_ text: Substring, digits: Int) -> Int32? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int32(text)
    }
}
