// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

// Instants on CLOCK_BOOTTIME are stored beside the moment at which they were written.
extension SessionRecord.Boot {
    /// Writes the moment.
    func write(to writer: inout JSONWriter) {
        writer.member("bootID", id)
        writer.member("storedAt", now.wall.description)
        writer.member("storedBoottimeMilliseconds", now.boottime.milliseconds)
    }

    /// What is added to the instants beside a moment that was written, to have them on this boot's clock; `nil`: it is no
    /// moment.
    ///
    /// Over a reboot the time that the wall clock shows to have passed counts, where that is any.
    func shift(since json: JSONValue) -> Duration? {
        guard let stored = json.milliseconds("storedBoottimeMilliseconds"),
            let wall = json["storedAt"]?.string.flatMap(Timestamp.init)
        else { return nil }
        if json["bootID"]?.string == id { return .zero }
        let away = max(0, now.wall.secondsSince1970 - wall.secondsSince1970)
        return now.boottime - stored - .seconds(away)
    }
}

extension JSONValue {
    /// A stored instant or pause; `nil`: there is none, or one that no device can have counted to.
    func milliseconds(_ name: String) -> Duration? {
        let years = (Timestamp.range.upperBound - Timestamp.range.lowerBound) * 1_000
        return self[name]?.integer.flatMap { (-years...years).contains($0) ? .milliseconds($0) : nil }
    }
}
