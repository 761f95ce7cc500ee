// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionProtocol
import SessiondPrimitives

/// One connection with many calls at once, and the one thread that reads their answers.
///
/// Requests are sent by whoever calls, as far as they fit; the thread sends the rest, ends what has run out of time,
/// and closes the connection's descriptors when it leaves, which it does when either side closes.
final class Connection: Sendable {
    typealias Table = CallTable<CheckedContinuation<CallOutcome, Never>>

    /// What is shared between the callers and the thread.
    struct State {
        var table = Table()
        var nextID: Int64 = 1
        var isClosing = false
        /// Until when the thread sleeps if nothing wakes it; `nil`: without an end.
        var sleepsUntil: ContinuousClock.Instant?
        /// A send found the connection broken: what is unsent stays so.
        var isBroken = false
    }

    let socket: Int32
    let waker: Int32
    let state = Monitor(State())

    private init(socket: Int32, waker: Int32) { (self.socket, self.waker) = (socket, waker) }

    /// Connects and starts the thread.
    static func open(_ path: SocketPath) throws(SystemError) -> Connection {
        let socket = try Transport.connect(to: path)
        let waker = clinux_eventfd()
        guard waker >= 0 else { throw SystemError(call: .eventfd, number: errno) }
        let connection = Connection(socket: socket.release(), waker: waker)
        do throws(SystemError) { try ConnectionThread.start(connection) } catch {
            connection.closeDescriptors()
            throw error
        }
        return connection
    }

    /// Whether calls can be added.
    var isUsable: Bool { state.withLock { !$0.table.isEnded && !$0.isClosing && !$0.isBroken } }

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
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                begin(Table.Call(called: called, deadline: deadline, waiter: waiter), id, line)
            }
        } onCancel: {
            let ending = state.withLock { $0.table.remove(id, .failed(.cancelled(called))) }
            ending?.waiter.resume(returning: .failed(.cancelled(called)))
        }
    }

    /// Ends every call as `closed`, and the connection.
    func close() {
        state.withLock { state in
            state.isClosing = true
            if !state.table.isEnded { clinux_eventfd_wake(waker) }
        }
    }

    private func begin(_ call: Table.Call, _ id: Int64, _ line: [UInt8]) {
        let refusal = state.withLock { state -> CallOutcome? in
            // Under the lock, so that a cancellation comes either before this or finds the call in the table.
            if Task.isCancelled { return .failed(.cancelled(call.called)) }
            if state.isClosing { return .failed(.closed(call.called)) }
            if state.table.isEnded || state.isBroken { return .lost(wasSent: false) }
            state.table.add(call, id: id, line: line)
            flush(&state)
            let expiry = call.deadline.localInstant
            if state.table.hasUnsent || expiry < state.sleepsUntil ?? expiry + .seconds(1) {
                clinux_eventfd_wake(waker)
            }
            return nil
        }
        if let refusal { call.waiter.resume(returning: refusal) }
    }

    /// Sends what fits. A broken connection is left to the thread, which reads first what the daemon still said.
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

    /// Closes what ``open(_:)`` opened; only when nothing uses it any more.
    func closeDescriptors() {
        Glibc.close(socket)
        Glibc.close(waker)
    }
}
