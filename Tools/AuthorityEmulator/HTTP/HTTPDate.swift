// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// An IMF-fixdate, RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    // 1970 began on a Thursday.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func text(secondsSince1970: Int64) -> String {
        let timestamp = Timestamp(secondsSince1970: secondsSince1970)
        let fields = timestamp.description.split { "-T:Z".contains($0) }.map(String.init)
        let days = timestamp.secondsSince1970 / 86_400 - (timestamp.secondsSince1970 % 86_400 < 0 ? 1 : 0)
        let weekday = weekdays[Int((days % 7 + 7) % 7)]
        let month = months[(Int(fields[1]) ?? 1) - 1]
        return "\(weekday), \(fields[2]) \(month) \(fields[0]) \(fields[3]):\(fields[4]):\(fields[5]) GMT"
    }
}
