// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import SessiondPrimitives

/// Answers to a token's refresh that may have been a no, said so that somebody in between may have said it
/// (docs/behaviour.md, T25). It goes with the token, and outlives the process.
package struct Doubt: Sendable, Equatable {
    /// So many of them, over so long a time, are one.
    static let convincing = (count: 3, after: Duration.seconds(3_600))

    private var count = 0
    /// How long the device was up between the first one and the last.
    private var lasted = Duration.zero
    /// When the last one came, on this boot's CLOCK_BOOTTIME.
    private var lastAt: Duration

    /// None yet.
    init(at now: Duration) { lastAt = now }

    /// Notes one more.
    mutating func deepen(at now: Duration) {
        count = min(count + 1, Doubt.convincing.count)
        lasted += max(now - lastAt, .zero)
        lastAt = now
    }

    /// Whether they are a no.
    var isConvincing: Bool { count >= Doubt.convincing.count && lasted >= Doubt.convincing.after }

    func write(to writer: inout JSONWriter) {
        writer.member("count", count)
        writer.member("lastedMilliseconds", lasted.milliseconds)
        writer.member("lastBoottimeMilliseconds", lastAt.milliseconds)
    }

    /// Reads what was written; `nil`: it is none.
    ///
    /// - Parameter start: When this boot's count goes on, where it was written in another one: how long the device was off
    ///   nobody knows for sure.
    init?(stored json: JSONValue, goingOnAt start: Duration?) {
        guard let count = json["count"]?.integer.flatMap(Int.init(exactly:)),
            (1...Doubt.convincing.count).contains(count),
            let lasted = json.milliseconds("lastedMilliseconds"), lasted >= .zero,
            let lastAt = start ?? json.milliseconds("lastBoottimeMilliseconds")
        else { return nil }
        (self.count, self.lasted, self.lastAt) = (count, lasted, lastAt)
    }
}
