// SPDX-License-Identifier: Apache-2.0

/// Pauses between attempts that grow: by default 10 ms, doubling to 1 s.
package struct Backoff: Sendable {
    private let longest: Duration
    private var next: Duration

    /// Begins with the shortest pause.
    package init(from shortest: Duration = .milliseconds(10), to longest: Duration = .seconds(1)) {
        (next, self.longest) = (shortest, longest)
    }

    /// The pause before the next attempt.
    package mutating func pause() -> Duration {
        defer { next = min(next * 2, longest) }
        return next
    }
}
