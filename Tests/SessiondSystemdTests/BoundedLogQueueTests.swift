// SPDX-License-Identifier: Apache-2.0

import Logging
import SessiondPrimitives
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct BoundedLogQueueTests {
    private static let patience = Duration.seconds(30)

    @Test func writesEntriesInOrder() throws {
        let sink = GateSink(isOpen: true)
        let queue = try BoundedLogQueue(sink: sink)
        for number in 0..<500 { queue.submit(Self.entry("\(number)")) }
        #expect(queue.flush(within: Self.patience))
        #expect(sink.messages == (0..<500).map(String.init))
    }

    @Test func neverWaitsForABlockedSinkAndReportsWhatWasLost() throws {
        let sink = GateSink(isOpen: false)
        let lossID = MessageID(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)
        let queue = try BoundedLogQueue(sink: sink, maximumEntries: 8, lossID: lossID)
        for number in 0..<10_000 { queue.submit(Self.entry("\(number)")) }
        sink.open()
        #expect(queue.flush(within: Self.patience))
        #expect(sink.messages == (0..<8).map(String.init) + ["9992 log messages were lost"])
        #expect(sink.written.last?.level == .warning)
        #expect(sink.written.last?.fields.map(\.value) == [lossID.description])
    }

    @Test func acceptsAgainWhenThereIsRoom() throws {
        let sink = GateSink(isOpen: false)
        let queue = try BoundedLogQueue(sink: sink, maximumEntries: 1)
        for text in ["a", "lost"] { queue.submit(Self.entry(text)) }
        sink.open()
        #expect(queue.flush(within: Self.patience))
        queue.submit(Self.entry("b"))
        #expect(queue.flush(within: Self.patience))
        #expect(sink.messages == ["a", "1 log message was lost", "b"])
    }

    @Test func boundsBytes() throws {
        let sink = GateSink(isOpen: false)
        let queue = try BoundedLogQueue(sink: sink, maximumBytes: 10)
        for text in ["12345", "too long for it", "67890", "-"] { queue.submit(Self.entry(text)) }
        sink.open()
        #expect(queue.flush(within: Self.patience))
        #expect(sink.messages == ["12345", "1 log message was lost", "67890", "1 log message was lost"])
    }

    @Test func countsEveryEntryOfManyThreadsOnce() async throws {
        let sink = GateSink(isOpen: false)
        let queue = try BoundedLogQueue(sink: sink, maximumEntries: 100)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask { for number in 0..<1000 { queue.submit(Self.entry("\(task)-\(number)")) } }
            }
        }
        sink.open()
        #expect(queue.flush(within: Self.patience))
        #expect(sink.messages.count == 101)
        #expect(sink.messages.last == "3900 log messages were lost")
        for task in 0..<4 {
            let numbers = sink.messages.filter { $0.hasPrefix("\(task)-") }.compactMap { Int($0.dropFirst(2)) }
            #expect(numbers == numbers.sorted())
        }
    }

    @Test func endsAFlushAtItsLimit() throws {
        let sink = GateSink(isOpen: false)
        let queue = try BoundedLogQueue(sink: sink)
        queue.submit(Self.entry("a"))
        #expect(!queue.flush(within: .zero))
        #expect(!queue.flush(within: .milliseconds(1)))
        sink.open()
        #expect(queue.flush(within: Self.patience))
    }

    @Test func flushesAnEmptyQueueAtOnce() throws {
        let queue = try BoundedLogQueue(sink: GateSink(isOpen: false))
        #expect(queue.flush(within: .zero))
    }

    @Test func writesTheRestAndEndsItsThreadWhenReleased() throws {
        let released = Monitor([String]?.none)
        do {
            let sink = WitnessSink(released)
            let queue = try BoundedLogQueue(sink: sink)
            queue.submit(Self.entry("a"))
            queue.submit(Self.entry("b"))
        }
        #expect(released.wait(until: MonotonicInstant.now.advanced(by: Self.patience).timespec) { $0 == ["a", "b"] })
    }

    private static func entry(_ message: String) -> LogEntry {
        LogEntry(level: .info, message: message)
    }
}
