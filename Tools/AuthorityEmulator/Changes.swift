// SPDX-License-Identifier: Apache-2.0

/// Wakes whoever waits for the state to change.
struct Changes {
    private var waiting: [AsyncStream<Void>.Continuation] = []

    /// A stream that ends at the next change.
    mutating func next() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        waiting.append(continuation)
        return stream
    }

    mutating func announce() {
        for continuation in waiting { continuation.finish() }
        waiting = []
    }
}

extension Emulator {
    /// Returns when the condition holds, or the task is cancelled.
    func wait(until holds: (isolated Emulator<Authority>) -> Bool) async {
        while !holds(self), !Task.isCancelled {
            for await _ in changes.next() {}
        }
    }

    /// Returns at the next release.
    func hold() async {
        let before = releases
        heldCount += 1
        changes.announce()
        await wait { $0.releases > before }
        heldCount -= 1
        changes.announce()
    }
}
