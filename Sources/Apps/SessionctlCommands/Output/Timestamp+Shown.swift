// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

extension Timestamp {
    /// By the clock of this machine.
    static var now: Timestamp { Timestamp(secondsSince1970: Int64(time(nil))) }

    /// For people: as it is on the wire, and what the clocks here show then, where that is something else.
    ///
    /// `2026-11-23T06:02:03Z (07:02:03 CET)`
    var shown: String {
        guard let local = local("%H:%M:%S %Z"), local.utcOffset != 0 else { return description }
        return "\(description) (\(local.text))"
    }

    /// What the clocks here show then: `07:02:03`.
    var timeOfDay: String { local("%H:%M:%S")?.text ?? description }

    private func local(_ format: String) -> (text: String, utcOffset: Int)? {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return nil }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return (String(decoding: buffer[..<count], as: UTF8.self), parts.tm_gmtoff)
    }
}
