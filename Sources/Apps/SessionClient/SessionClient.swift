// SPDX-License-Identifier: Apache-2.0

// What apps get of it, such as `Secret` and `SessionStatus`, they have with this one import.
@_exported public import SessionProtocol
import SessiondPrimitives

/// Calls the daemon that holds this device's customer session.
///
/// ```swift
/// let client = try SessionClient()
/// let token = try await client.retrieveToken(minimumValidity: .seconds(60)).token
/// ```
///
/// All calls share one connection, which the first one makes and a later one makes anew when it has broken; they may
/// overlap, and those that change the session apply in the order in which they were made. A read whose connection breaks is
/// repeated until its deadline. A call that changes the session is never sent twice: where it may have been read, it
/// ends with ``ClientError/Code/connectionLost``.
public final class SessionClient: Sendable {
    private struct State {
        var connection: Connection?
        // What the daemon at the other end of a connection can do; after an upgrade there is another connection.
        var features: (names: [String], connection: Connection)?
        var watches: [WeakWatch] = []
        var isClosed = false
    }

    private struct WeakWatch {
        weak var watch: ChangeWatch?
    }

    /// Where the daemon listens.
    public let path: SocketPath
    private let state = Monitor(State())

    /// A client for a socket; it connects with the first call.
    public init(path: SocketPath) { self.path = path }

    /// A client for a given path, or without one for what ``SocketPath/fromEnvironment()`` says.
    ///
    /// - Throws: ``ClientError/Code/invalidSocketPath``.
    public convenience init(socketPath: String? = nil) throws(ClientError) {
        guard let socketPath else {
            self.init(path: try SocketPath.fromEnvironment())
            return
        }
        self.init(path: try SocketPath(socketPath))
    }

    deinit { close() }

    /// Ends every call as ``ClientError/Code/closed``, now and from now on, and ``changes()``.
    public func close() {
        let (connection, watches) = state.withLock { state in
            state.isClosed = true
            defer { state.watches = [] }
            return (state.connection.take(), state.watches.compactMap(\.watch))
        }
        connection?.close()
        for watch in watches { watch.end() }
    }

    /// Calls, and waits for the answer, for at most `deadline` (`nil`: 30 s; at most 300 s), or until the task is
    /// cancelled.
    ///
    /// - Throws: ``ClientError`` with any code. With `timedOut` and `cancelled` a call that changes the session may still be
    ///   carried out. What the daemon is too old for is not sent: it ends as the daemon's own `unsupported`.
    public func call<Request: SessionRequest>(
        _ request: Request, deadline: Duration? = nil
    ) async throws(ClientError) -> Request.Response {
        let (called, deadline) = (Called(request), CallDeadline(deadline))
        if let feature = request.feature { try await require(feature, of: called, until: deadline) }
        let wasConnected = state.withLock { $0.connection != nil }
        var attempts = CallAttempts(called, deadline, wasConnected: wasConnected)
        while true {
            let outcome = try await attempt(request, deadline, isFirst: attempts.count == 0)
            switch attempts.next(after: outcome) {
            case .finish(let result): return try called.read(Request.self, result)
            case .fail(let error): throw error
            case .outcomeUnknown: throw .connectionLost(called, status: await statusNow())
            case .retry(let pause): try await sleep(pause, called)
            }
        }
    }

    private func require(
        _ feature: String, of called: Called, until deadline: CallDeadline
    ) async throws(ClientError) {
        let known = state.withLock { state in
            state.features.flatMap { $0.connection === state.connection && !$0.connection.hasEnded ? $0.names : nil }
        }
        if known?.contains(feature) == true { return }
        let info = try await call(GetInfo(), deadline: deadline.remaining())
        state.withLock { state in state.features = state.connection.map { (info.features, $0) } }
        guard info.features.contains(feature) else { throw .unsupported(called, feature, by: info.server) }
    }

    private func attempt<Request: SessionRequest>(
        _ request: Request, _ deadline: CallDeadline, isFirst: Bool
    ) async throws(ClientError) -> CallOutcome {
        let used: UsedConnection?
        do throws(SystemError) { used = try usableConnection() } catch {
            return .unreachable(.connecting(to: path, error), mayPass: error == .queueIsFull)
        }
        guard let used else { return .failed(.closed(Called(request))) }
        let outcome = try await used.connection.attempt(request, deadline, isFirst: isFirst)
        // Nobody looks at a connection over which nothing is asked: the daemon has closed it, and is there again perhaps.
        if case .lost(wasSent: false) = outcome, !used.isNew {
            return try await attempt(request, deadline, isFirst: isFirst)
        }
        return outcome
    }

    private typealias UsedConnection = (connection: Connection, isNew: Bool)

    // nil: the client is closed. Nothing in here waits, see Transport.connect.
    private func usableConnection() throws(SystemError) -> UsedConnection? {
        try state.withLock { state throws(SystemError) in
            guard !state.isClosed else { return nil }
            if let connection = state.connection, connection.isUsable { return (connection, false) }
            let connection = try Connection.open(path)
            state.connection = connection
            return (connection, true)
        }
    }

    /// Begins to follow the session; `nil`: the client is closed.
    func addWatch() throws(SystemError) -> ChangeWatch? {
        try state.withLock { state throws(SystemError) in
            guard !state.isClosed else { return nil }
            let watch = try ChangeWatch(path)
            state.watches.removeAll { $0.watch == nil }
            state.watches.append(WeakWatch(watch: watch))
            return watch
        }
    }

    // What a caller whose call may or may not have been carried out wants to know next.
    private func statusNow() async -> SessionStatus? { try? await call(GetStatus(), deadline: .seconds(2)) }

    private func sleep(_ pause: Duration, _ called: Called) async throws(ClientError) {
        do { try await Task.sleep(for: pause, clock: .continuous) } catch { throw .cancelled(called) }
    }
}
