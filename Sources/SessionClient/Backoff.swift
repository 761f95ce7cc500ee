// SPDX-License-Identifier: Apache-2.0

/// Pauses between attempts that grow: 10 ms, doubling to 1 s.
package struct Backoff: Sendable {
    static let longest = Duration.seconds(1)
    private var next = Duration.milliseconds(10)

    /// Begins with the shortest pause.
    package init() {}

    /// The pause before the next attempt.
    package mutating func pause() -> Duration {
        defer { next = min(next * 2, Backoff.longest) }
        return next
    }
}
