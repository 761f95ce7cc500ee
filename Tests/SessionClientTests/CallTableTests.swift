// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionClient

/// The bookkeeping of one connection, apart from any socket.
@Suite(.timeLimit(.minutes(10))) struct CallTableTests {
    private typealias Table = CallTable<String>

    private static func call(_ waiter: String?, within deadline: Duration? = nil) -> Table.Call {
        Table.Call(Called(GetUUID()), CallDeadline(deadline), waiter: waiter)
    }

    // Two calls, of whose lines so many bytes were taken.
    private static func table(sent: Int) -> Table {
        var table = Table()
        table.add(call("a"), id: 1, unsent: Array("first\n".utf8)[...])
        table.add(call("b"), id: 2, unsent: Array("second\n".utf8)[...])
        for _ in 0..<sent { table.noteSent(1) }
        return table
    }

    // All that is still to be sent, a few bytes at a time.
    private static func rest(of table: Table) -> String {
        var (table, bytes) = (table, [UInt8]())
        while let next = table.nextBytes {
            let taken = next.prefix(3)
            bytes += taken
            table.noteSent(taken.count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: 0...13)
    func sendsEachLineOnceAndWhole(sent: Int) {
        let lines = "first\nsecond\n"
        let table = Self.table(sent: sent)
        #expect(Self.rest(of: table) == lines.dropFirst(sent))
        #expect(table.hasUnsent == (sent < lines.utf8.count))
    }

    @Test func offersAllLinesAtOnce() {
        #expect(Self.table(sent: 0).nextBytes == Array("first\nsecond\n".utf8)[...])
        #expect(Self.table(sent: 8).nextBytes.map(Array.init) == Array("cond\n".utf8))
    }

    @Test(arguments: [0, 4])
    func leavesALineOutBetweenOthers(sent: Int) {
        var table = Self.table(sent: sent)
        table.add(Self.call("c"), id: 3, unsent: Array("third\n".utf8)[...])
        #expect(table.remove(2, .failed(.cancelled(Called(GetUUID()))))?.waiter == "b")
        #expect(Self.rest(of: table) == "first\nthird\n".dropFirst(sent))
        table.add(Self.call("d"), id: 4, unsent: Array("fourth\n".utf8)[...])
        #expect(Self.rest(of: table) == "first\nthird\nfourth\n".dropFirst(sent))
    }

    // A line that ended in the middle would be read as one with the next.
    @Test(arguments: 0...13)
    func sendsTheRestOfALineWhoseCallIsOver(sent: Int) {
        var table = Self.table(sent: sent)
        #expect(table.remove(1, .failed(.cancelled(Called(GetUUID()))))?.waiter == "a")
        let left = sent == 0 ? "second\n" : "first\nsecond\n".dropFirst(sent)
        #expect(Self.rest(of: table) == left)
        #expect(table.remove(1, .lost(wasSent: true)) == nil)
    }

    @Test(arguments: 0...13)
    func keepsARunOutCallsLineWhole(sent: Int) {
        var table = Self.table(sent: sent)
        let endings = table.expire(now: .now + .seconds(3_600))
        #expect(Set(endings.map(\.waiter)) == ["a", "b"])
        // What was begun is ended; what was not, is not begun.
        let begun = sent == 0 ? "" : sent <= 6 ? "first\n" : "first\nsecond\n"
        #expect(Self.rest(of: table) == begun.dropFirst(sent))
        #expect(table.nextExpiry == nil)
    }

    @Test func onlyWhatTimeHasRunOutOfEnds() {
        var table = Table()
        table.add(Self.call("short", within: .seconds(1)), id: 1, unsent: [0x0A])
        table.add(Self.call("long", within: .seconds(100)), id: 2, unsent: [0x0A])
        let soon = ContinuousClock.now + .seconds(50)
        #expect(table.nextExpiry.map { $0 < soon } == true)
        #expect(table.expire(now: .now).isEmpty)
        let endings = table.expire(now: soon)
        #expect(endings.map(\.waiter) == ["short"])
        #expect(endings.map(\.outcome) == [.failed(.timedOut(Called(GetUUID()), after: .seconds(1)))])
        #expect(table.nextExpiry.map { $0 > soon } == true)
    }

    // Only a request of which the daemon may have read all can have been carried out; some of it counts as all.
    @Test(arguments: [
        (0, [false, false]), (1, [true, false]), (6, [true, false]), (7, [true, true]), (13, [true, true]),
    ])
    func saysOfEachLostCallWhetherTheDaemonMayHaveReadIt(sent: Int, wasSent: [Bool]) {
        var table = Self.table(sent: sent)
        let endings = table.end()
        #expect(endings.map(\.waiter) == ["a", "b"])
        #expect(endings.map(\.outcome) == wasSent.map { .lost(wasSent: $0) })
        #expect(table.isEnded)
    }

    @Test func anAnswerEndsItsCallAlone() throws {
        var table = Self.table(sent: 13)
        let result = try JSONDocument.read(Array("true".utf8).span)
        let endings = table.take([.result(id: 2, result)])
        #expect(endings.map(\.waiter) == ["b"] && endings.map(\.outcome) == [.result(result)])
        #expect(table.take([.result(id: 2, result)]).isEmpty)
        #expect(table.take([.result(id: 3, result)]).isEmpty)
        #expect(table.take([.error(id: 1, SessionError(.busy, "wait"))]).map(\.waiter) == ["a"])
    }

    @Test func anErrorWithoutAnIdEndsAllCalls() {
        var table = Self.table(sent: 13)
        let error = SessionError(.limitExceeded, "too many connections")
        let endings = table.take([.error(id: nil, error)])
        #expect(endings.map(\.waiter) == ["a", "b"])
        #expect(endings.allSatisfy { $0.outcome == .failed(.session(error)) })
    }

    @Test func whoIsAwakeFindsTheOutcomeByItself() {
        var table = Table()
        table.add(Self.call(nil), id: 1)
        #expect(table.claim(1) == nil && table.count == 1)
        #expect(table.take([.error(id: 1, SessionError(.busy, "wait"))]).isEmpty)
        #expect(table.count == 0)
        #expect(table.claim(1) == .failed(.session(SessionError(.busy, "wait"))))
        #expect(table.claim(1) == nil)
    }

    @Test func whoFallsAsleepIsWokenOrFindsTheOutcome() {
        var table = Table()
        for id in 1...2 { table.add(Self.call(nil), id: Int64(id)) }
        #expect(table.park(1, "a") == nil)
        let endings = table.end()
        #expect(endings.map(\.waiter) == ["a"] && endings.map(\.outcome) == [.lost(wasSent: true)])
        #expect(table.park(2, "b") == .lost(wasSent: true))
    }
}
