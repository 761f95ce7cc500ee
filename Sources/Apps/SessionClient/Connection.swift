// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionProtocol
import SessiondPrimitives

/// One connection with many calls at once.
///
/// Requests are sent by whoever calls, as far as they fit; many at once go out in one. Answers are read by whoever calls,
/// too, where nobody else does: one that is there within a moment is had without another thread, and the answers of others
/// that arrive with it are handed out. Whoever waits longer sleeps. The ``ConnectionThread``, which is there once somebody
/// sleeps, reads while no caller does, sends the rest, and ends what has run out of time.
final class Connection: Sendable {
    typealias Table = CallTable<CheckedContinuation<CallOutcome, Never>>

    /// How long a caller's thread is held at most: a few times what a daemon needs that is there.
    static let momentNanoseconds = 200_000
    /// The same after ``promptAnswers``. What ends before the kernel's next tick has the hardware's timer set, twice: a
    /// fifth of what a call costs.
    static let longMomentNanoseconds = 5_000_000
    /// After so many answers within a moment, the next one is expected to be there at once, too.
    static let promptAnswers = 8
    /// After so many answers that were had at once others are let go first: they may have waited for the thread.
    static let turns = 16
    /// Until then the thread sends and reads in place of the caller that has let others go first.
    static let patienceNanoseconds = 1_000_000

    /// What is shared between the callers and the thread.
    struct State {
        var table = Table()
        var nextID: Int64 = 1
        /// With whoever reads; `nil` while somebody does.
        var buffer: LineBuffer? = LineBuffer()
        /// A caller lets others go first, and then sends what they ask, in one go, and reads.
        var hasNextReader = false
        /// How many have read within a moment since somebody has not.
        var promptAnswers = 0
        /// How many have read for themselves since others were let go first.
        var turns = 0
        /// Others' answers came with the last that was read: they are let go first, so that one read serves them all.
        var isCrowded = false
        /// A send found the connection broken: what is unsent stays so.
        var isBroken = false
        /// What wakes the thread; `nil`: there is none.
        var wakers: ConnectionWakers?
        /// What the thread waits for at the socket.
        var awaited: UInt32 = 0
        /// The thread will look whether a caller reads.
        var isLookedAfter = false
        /// Until when the thread sleeps if nothing wakes it; `nil`: without an end.
        var sleepsUntil: ContinuousClock.Instant?
    }

    private enum Beginning {
        case isOver(CallOutcome)
        case reads(LineBuffer)
        case letsOthersGo
        case sleeps
    }

    let socket: Int32
    let state = Monitor(State())

    private init(socket: Int32) { self.socket = socket }

    // Whoever uses the socket holds the connection.
    deinit { Glibc.close(socket) }

    /// Connects.
    static func open(_ path: SocketPath) throws(SystemError) -> Connection {
        Connection(socket: try Transport.connect(to: path).release())
    }

    /// Whether calls can be added.
    var isUsable: Bool { state.withLock { !$0.table.isEnded && !$0.isBroken } }

    /// Whether the daemon has closed it, as far as can be told while nobody reads.
    var hasEnded: Bool {
        var byte: UInt8 = 0
        return !isUsable || recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 0
    }

    /// Sends a request and waits for its end; the task's cancellation is one.
    func attempt<Request: SessionRequest>(
        _ request: Request, _ deadline: CallDeadline, isFirst: Bool
    ) async throws(ClientError) -> CallOutcome {
        let id = state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        let called = Called(request)
        let line = try request.checkedLine(id: id, deadlineSeconds: deadline.seconds(isFirst: isFirst))
        switch begin(Table.Call(called, deadline), id, line) {
        case .isOver(let outcome): return outcome
        case .reads(let buffer): if let outcome = read(buffer, for: id) { return outcome }
        case .letsOthersGo:
            await Task.yield()
            if let outcome = readNext(for: id) { return outcome }
        case .sleeps: break
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { sleep($0, called, deadline, id) }
        } onCancel: {
            let ending = state.withLock { $0.table.remove(id, .failed(.cancelled(called))) }
            ending?.waiter.resume(returning: .failed(.cancelled(called)))
        }
        // The thread sanitizer does not see that what is resumed before it is awaited is so in order; a lock it sees.
        state.withLock { _ in }
        return outcome
    }

    /// Ends every call as `closed`, and the connection.
    func close() { end { .closed($0) } }

    /// Ends every call, and the connection, as `error` says, or as lost.
    func end(_ error: ((Called) -> ClientError)? = nil) {
        let endings = state.withLock { state in
            // Who reads and the thread notice. Its number stays until they have let go of it.
            shutdown(socket, Int32(SHUT_RDWR))
            state.wakers?.wake()
            return state.table.end(error)
        }
        resume(endings)
    }

    private func begin(_ call: Table.Call, _ id: Int64, _ line: [UInt8]) -> Beginning {
        state.withLock { state in
            if Task.isCancelled { return .isOver(.failed(.cancelled(call.called))) }
            if state.table.isEnded || state.isBroken { return .isOver(.lost(wasSent: false)) }
            let mayRead = state.buffer != nil && !state.hasNextReader && !state.table.hasUnsent
            let letsOthersGo = mayRead && isTheirTurn(&state)
            // Who reads next sends for all who are let go first, unless there is no thread yet that would in their place.
            if state.wakers != nil, letsOthersGo || state.hasNextReader {
                state.table.add(call, id: id, unsent: line[...])
            } else {
                send(line, of: call, id, &state)
            }
            if letsOthersGo {
                state.hasNextReader = true
                lookAfter(&state)
                return .letsOthersGo
            }
            guard mayRead, !state.table.hasUnsent else { return .sleeps }
            return takeBuffer(from: &state).map { .reads($0) } ?? .sleeps
        }
    }

    // Whether the caller that could read now is to let others go first.
    private func isTheirTurn(_ state: inout State) -> Bool {
        state.turns += 1
        guard state.table.count > 0 || state.isCrowded || state.turns == Connection.turns else { return false }
        state.turns = 0
        return true
    }

    private func send(_ line: [UInt8], of call: Table.Call, _ id: Int64, _ state: inout State) {
        var rest = line[...]
        while !state.table.hasUnsent, !state.isBroken, !rest.isEmpty {
            guard let count = Transport.send(rest, to: socket) else {
                // What the daemon has said before it closed is read first.
                state.isBroken = true
                break
            }
            if count == 0 { break }
            rest = rest.dropFirst(count)
        }
        state.table.add(call, id: id, unsent: rest, hasBegun: rest.count < line.count)
    }

    // Has the caller that has let others go first send for all, and read, unless its call has ended meanwhile, or somebody
    // reads.
    private func readNext(for id: Int64) -> CallOutcome? {
        let (outcome, buffer) = state.withLock { state -> (CallOutcome?, LineBuffer?) in
            state.hasNextReader = false
            flush(&state)
            let outcome = state.table.claim(id)
            if outcome == nil, !state.table.hasUnsent { return (nil, takeBuffer(from: &state)) }
            watch(&state)
            return (outcome, nil)
        }
        return outcome ?? buffer.flatMap { read($0, for: id) }
    }

    // Reads until the call has ended, or for a moment; nil: it has not.
    private func read(_ buffer: LineBuffer, for id: Int64) -> CallOutcome? {
        let isPrompt = state.withLock { $0.promptAnswers >= Connection.promptAnswers }
        var left = isPrompt ? Connection.longMomentNanoseconds : Connection.momentNanoseconds
        var others = 0
        while true {
            let stands = clinux_wait_briefly(socket, &left) && receive(buffer, &others)
            let (outcome, isOver) = state.withLock { state -> (CallOutcome?, Bool) in
                let outcome = state.table.claim(id)
                let isOver = outcome != nil || !stands
                if isOver {
                    state.promptAnswers = outcome == nil ? 0 : state.promptAnswers + 1
                    state.isCrowded = others > 0
                    giveBack(buffer, &state)
                }
                return (outcome, isOver)
            }
            if isOver { return outcome }
        }
    }

    /// Has nobody else read from now on; `nil`: somebody does.
    func takeBuffer(from state: inout State) -> LineBuffer? {
        defer { watch(&state) }
        return state.buffer.take()
    }

    /// Has somebody else read from now on.
    func giveBack(_ buffer: LineBuffer, _ state: inout State) {
        state.buffer = buffer
        watch(&state)
    }

    /// Reads what is there, and hands the answers out, of which those to callers who sleep are counted; whether the
    /// connection still stands.
    func receive(_ buffer: LineBuffer, _ others: inout Int) -> Bool {
        var answers: [AnswerLine] = []
        switch buffer.fill(from: socket) {
        case .nothing: if !state.withLock({ $0.isBroken }) { return true }
        case .bytes:
            do throws(SessionError) {
                while let answer = try buffer.nextAnswer() { answers.append(answer) }
            } catch {
                others += take(answers)
                // Whose answer that was cannot be told, nor where the next one begins.
                end { .malformedAnswer($0, error) }
                return false
            }
            others += take(answers)
            return true
        case .end: break
        }
        end()
        return false
    }

    private func take(_ answers: [AnswerLine]) -> Int {
        let endings = state.withLock { $0.table.take(answers) }
        resume(endings)
        return endings.count
    }

    private func sleep(
        _ waiter: CheckedContinuation<CallOutcome, Never>, _ called: Called, _ deadline: CallDeadline, _ id: Int64
    ) {
        let outcome = state.withLock { state -> CallOutcome? in
            if let outcome = state.table.park(id, waiter) { return outcome }
            // Under the lock, so that a cancellation comes either before this or finds the call in the table.
            if Task.isCancelled {
                _ = state.table.remove(id, .failed(.cancelled(called)))
                return .failed(.cancelled(called))
            }
            guard hasThread(&state) else {
                _ = state.table.remove(id, .lost(wasSent: true))
                return .lost(wasSent: true)
            }
            lookAfter(&state)
            let expiry = deadline.localInstant
            if expiry < state.sleepsUntil ?? expiry + .seconds(1) { state.wakers?.wake() }
            return nil
        }
        if let outcome { waiter.resume(returning: outcome) }
    }

    // Whether there is a thread, or one could be started.
    private func hasThread(_ state: inout State) -> Bool {
        if state.wakers == nil { state.wakers = try? ConnectionThread.start(self) }
        return state.wakers != nil
    }

    /// Has the thread wait for what nobody else waits for.
    func watch(_ state: inout State) {
        guard let wakers = state.wakers else { return }
        let isUnread = state.buffer != nil && !state.hasNextReader && state.table.count > 0
        var events: UInt32 = isUnread ? CLINUX_EPOLLIN : 0
        // A broken connection is always ready to be sent on.
        if state.table.hasUnsent && !state.isBroken || isUnread && state.isBroken { events |= CLINUX_EPOLLOUT }
        guard events != state.awaited else { return }
        state.awaited = events
        wakers.await(events)
    }

    // The same, where a caller will read that lets others go first: should they take long, the thread does.
    private func lookAfter(_ state: inout State) {
        watch(&state)
        guard state.hasNextReader, !state.isLookedAfter, let wakers = state.wakers else { return }
        state.isLookedAfter = true
        wakers.wake(after: Connection.patienceNanoseconds)
    }

    /// Sends what fits of what is still to be sent.
    func flush(_ state: inout State) {
        while !state.isBroken, let bytes = state.table.nextBytes {
            guard let count = Transport.send(bytes, to: socket) else {
                state.isBroken = true
                return
            }
            if count == 0 { return }
            state.table.noteSent(count)
        }
    }

    func resume(_ endings: [Table.Ending]) {
        for ending in endings { ending.waiter.resume(returning: ending.outcome) }
    }
}
