// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

/// Since when a customer is there: what a kiosk's policy counts from. On this boot's CLOCK_BOOTTIME, negative for what
/// was before the boot.
package struct Presence: Sendable, Equatable {
    /// The sign-in, or the last `session.touch`.
    package var activeAt: Duration
    /// The end that was fixed at the sign-in, whatever the customer does; `nil`: none was.
    package var endsAt: Duration?

    package init(activeAt: Duration, endsAt: Duration? = nil) { (self.activeAt, self.endsAt) = (activeAt, endsAt) }
}

extension Presence {
    func write(to writer: inout JSONWriter, in boot: SessionRecord.Boot) {
        boot.write(to: &writer)
        writer.member("activeBoottimeMilliseconds", activeAt.milliseconds)
        writer.member("endsBoottimeMilliseconds", endsAt?.milliseconds)
    }

    /// Reads a stored presence; `nil` where it is none.
    init?(stored json: JSONValue, in boot: SessionRecord.Boot) {
        guard let shift = boot.shift(since: json), let active = json.milliseconds("activeBoottimeMilliseconds") else {
            return nil
        }
        self.init(activeAt: active + shift, endsAt: json.milliseconds("endsBoottimeMilliseconds").map { $0 + shift })
    }
}
