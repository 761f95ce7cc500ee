// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct LogBacklogTests {
    @Test func keepsTheRoomOfEntriesUntilTheyAreWritten() throws {
        var backlog = LogBacklog(maximumEntries: 1, maximumBytes: 100)
        backlog.offer(Self.entry("a"))
        let taken = backlog.take()
        let items = try #require(taken)
        backlog.offer(Self.entry("lost"))
        for item in items { backlog.finish(item) }
        backlog.offer(Self.entry("b"))
        #expect(Self.texts(items) == ["a"])
        #expect(Self.texts(backlog.take()) == ["1 lost", "b"])
    }

    @Test func reportsLossesWithoutAnotherEntry() {
        var backlog = LogBacklog(maximumEntries: 0, maximumBytes: 100)
        backlog.offer(Self.entry("a"))
        backlog.offer(Self.entry("b"))
        #expect(backlog.hasWork)
        #expect(Self.texts(backlog.take()) == ["2 lost"])
        #expect(!backlog.hasWork)
    }

    @Test func acceptsAgainWhenHalfIsFree() throws {
        var backlog = LogBacklog(maximumEntries: 4, maximumBytes: 100)
        for text in ["a", "b", "c", "d", "lost"] { backlog.offer(Self.entry(text)) }
        let taken = backlog.take()
        let items = try #require(taken)
        backlog.finish(items[0])
        backlog.offer(Self.entry("lost too"))
        backlog.finish(items[1])
        backlog.offer(Self.entry("e"))
        #expect(Self.texts(backlog.take()) == ["2 lost", "e"])
    }

    @Test func addsUpLossesWhileTheSinkIsBusy() {
        var backlog = LogBacklog(maximumEntries: 1, maximumBytes: 100)
        for text in ["a", "lost", "lost"] { backlog.offer(Self.entry(text)) }
        #expect(Self.texts(backlog.take()) == ["a"])
        backlog.offer(Self.entry("lost"))
        #expect(Self.texts(backlog.take()) == ["3 lost"])
    }

    @Test func countsNamesAndValuesAgainstTheLimit() throws {
        let field = try #require(JournalField(name: "ABC", value: "de"))
        let entry = LogEntry(level: .info, message: "m", fields: [field])
        var backlog = LogBacklog(maximumEntries: 9, maximumBytes: 11)
        backlog.offer(entry)
        backlog.offer(entry)
        #expect(Self.texts(backlog.take()) == ["m"])
        #expect(Self.texts(backlog.take()) == ["1 lost"])
    }

    @Test func givesTheBytesOfWrittenEntriesBack() throws {
        var backlog = LogBacklog(maximumEntries: 9, maximumBytes: 3)
        for text in ["abc", "def"] {
            backlog.offer(Self.entry(text))
            let taken = backlog.take()
            #expect(Self.texts(taken) == [text])
            for item in try #require(taken) { backlog.finish(item) }
        }
    }

    @Test func marksWhatWasOfferedSoFar() throws {
        var backlog = LogBacklog(maximumEntries: 1, maximumBytes: 100)
        backlog.offer(Self.entry("a"))
        backlog.offer(Self.entry("lost"))
        let mark = backlog.mark()
        let taken = backlog.take()
        for item in try #require(taken) {
            #expect(backlog.finished < mark)
            backlog.finish(item)
        }
        #expect(backlog.finished == mark)
    }

    @Test func endsOnlyWhenClosedAndEmpty() {
        var backlog = LogBacklog(maximumEntries: 1, maximumBytes: 100)
        #expect(Self.texts(backlog.take()) == [])
        backlog.offer(Self.entry("a"))
        backlog.close()
        #expect(Self.texts(backlog.take()) == ["a"])
        #expect(Self.texts(backlog.take()) == nil)
    }

    private static func entry(_ message: String) -> LogEntry {
        LogEntry(level: .info, message: message)
    }

    private static func texts(_ items: [LogBacklog.Item]?) -> [String]? {
        items?.map { item in
            switch item {
            case .entry(let entry): entry.message
            case .losses(let count): "\(count) lost"
            }
        }
    }
}
