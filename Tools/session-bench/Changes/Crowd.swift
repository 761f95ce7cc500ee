// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc

/// Connections that watch, one that changes the session, and one of somebody who wants something else meanwhile.
final class Crowd {
    private let changing: LineConnection
    private let other: LineConnection
    private let watchers: [LoadWatcher]
    // Of the watchers alone.
    private let epoll = clinux_epoll_create()
    private var events = [clinux_event](repeating: clinux_event(), count: 256)
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var answer = LatencyHistogram()
    private var lastEvent = LatencyHistogram()
    private var longestOther = LatencyHistogram()

    /// How long others ask after a change, beside what each watcher adds: longer than it takes to tell all.
    private static let askingNanoseconds: UInt64 = 5_000_000
    private static let askingNanosecondsPerWatcher: UInt64 = 10_000
    /// How long nothing may come before it counts as lost.
    private static let patienceMilliseconds: Int32 = 30_000

    init(path: String, watchers count: Int) throws(LoadError) {
        (changing, other) = (try LineConnection(path: path), try LineConnection(path: path))
        var watchers: [LoadWatcher] = []
        for number in 0..<count {
            let watcher = try LoadWatcher(path: path)
            guard clinux_epoll_control(epoll, CLINUX_EPOLL_ADD, watcher.socket, CLINUX_EPOLLIN, UInt64(number)) == 0
            else {
                throw LoadError("epoll_ctl")
            }
            watchers.append(watcher)
        }
        self.watchers = watchers
    }

    deinit {
        buffer.deallocate()
        close(epoll)
    }

    /// Medians of what was seen, in nanoseconds: from a change's request to the last watcher's event, to its answer, and
    /// the longest that somebody else had to wait meanwhile.
    var times: [(name: String, histogram: LatencyHistogram)] {
        [("lastEventNanoseconds", lastEvent), ("answerNanoseconds", answer), ("longestOtherNanoseconds", longestOther)]
    }

    /// Makes a change whose events are read as they come.
    func timeEvents(of change: [UInt8]) throws(LoadError) {
        let begins = monotonicNanoseconds()
        try changing.send(change)
        try takeEvents()
        lastEvent.record(nanoseconds: monotonicNanoseconds() - begins)
        try changing.awaitAnswer()
    }

    /// Makes a change while somebody else asks one thing after the other; what others were told is read later, so that
    /// nothing is waited for but the daemon.
    func timeOthers(meanwhile change: [UInt8], tellsWatchers: Bool) throws(LoadError) {
        let begins = monotonicNanoseconds()
        let ends = begins + Crowd.askingNanoseconds + Crowd.askingNanosecondsPerWatcher * UInt64(watchers.count)
        var longest: UInt64 = 0
        var isAnswered = false
        try changing.send(change)
        while case let asked = monotonicNanoseconds(), asked < ends || !isAnswered {
            try other.send(Crowd.question)
            try other.awaitAnswer()
            let answered = monotonicNanoseconds()
            longest = max(longest, answered - asked)
            guard !isAnswered, try changing.hasAnswer() else { continue }
            isAnswered = true
            answer.record(nanoseconds: answered - begins)
        }
        longestOther.record(nanoseconds: longest)
        if tellsWatchers { try takeEvents() }
    }

    private static let question = Dialect.sessiond.request("session.getUUID")

    /// Reads until every watcher has been told something.
    private func takeEvents() throws(LoadError) {
        let before = watchers.map(\.events)
        var untold = watchers.count
        while untold > 0 {
            let count = clinux_epoll_wait(epoll, &events, Int32(events.count), Crowd.patienceMilliseconds)
            if count == 0 { errno = ETIMEDOUT }
            guard count > 0 || count < 0 && errno == EINTR else { throw LoadError("session.event") }
            for event in events.prefix(max(0, Int(count))) {
                let index = Int(event.data)
                let isUntold = watchers[index].events == before[index]
                guard watchers[index].read(into: buffer) else { throw LoadError("session.event") }
                if isUntold, watchers[index].events > before[index] { untold -= 1 }
            }
        }
    }
}
