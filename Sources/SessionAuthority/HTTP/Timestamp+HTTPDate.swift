// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension Timestamp {
    /// Reads an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7); `nil` for anything else, the two obsolete
    /// forms included. Whether the day of the week fits is not asked.
    init?(httpDate text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[5] == "GMT", Timestamp.dayNames.contains(String(parts[0])),
            parts[1].utf8.count == 2, parts[3].utf8.count == 4,
            let month = Timestamp.monthNames.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        // A leap second has no number of its own.
        let time = parts[4].hasSuffix(":60") ? "\(parts[4].dropLast(2))59" : String(parts[4])
        self.init("\(parts[3])-\(number)-\(parts[1])T\(time)Z")
    }

    private static let dayNames = ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
