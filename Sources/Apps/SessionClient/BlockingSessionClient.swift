// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SessionProtocol

/// Calls the daemon from a program without Swift concurrency: one connection for each call, and the calling thread
/// waits.
///
/// It starts no thread and keeps nothing between calls, so it is the quickest way to a single answer. An app that
/// calls more than once, or must not wait, uses ``SessionClient``.
public struct BlockingSessionClient: Sendable {
    /// Where the daemon listens.
    public let path: SocketPath
    /// How long a read is repeated whose connection broke, within its deadline. A call that changes the session is
    /// not repeated.
    public var retryLimit: Duration

    /// What looks, while there is no answer, whether one will come; `nil`: nothing does.
    package var lateCheck: LateCheck?

    /// A client for a socket; it connects with the first call.
    public init(path: SocketPath, retryLimit: Duration = .seconds(2)) {
        (self.path, self.retryLimit) = (path, retryLimit)
    }

    /// Calls, and waits for the answer, for at most `deadline` (`nil`: 30 s; at most 300 s).
    ///
    /// - Throws: ``ClientError`` with any code but `cancelled` and `closed`.
    public func call<Request: SessionRequest>(
        _ request: Request, deadline: Duration? = nil
    ) throws(ClientError) -> Request.Response {
        try called(request, deadline).response
    }

    /// Calls as ``call(_:deadline:)`` does, and gives the whole `result` too, with members that this version of the
    /// protocol does not know.
    public func answer<Request: SessionRequest>(
        to request: Request, deadline: Duration? = nil
    ) throws(ClientError) -> (response: Request.Response, json: JSONValue) {
        let answer = try called(request, deadline)
        return (answer.response, answer.result.value)
    }

    private func called<Request: SessionRequest>(
        _ request: Request, _ deadline: Duration?
    ) throws(ClientError) -> (response: Request.Response, result: JSONElement) {
        let deadline = CallDeadline(deadline)
        if let feature = request.feature {
            let info = try call(GetInfo(), deadline: deadline.remaining())
            guard info.features.contains(feature) else { throw .unsupported(Called(request), feature, by: info.server) }
        }
        let result = try result(of: request, deadline)
        return (try Called(request).read(Request.self, result), result)
    }

    /// Connects and asks nothing: whether it is worth while to prepare a question.
    ///
    /// - Throws: ``ClientError/Code/unreachable`` or ``ClientError/Code/permissionDenied``.
    package func checkReachable() throws(ClientError) {
        do throws(SystemError) { _ = try Transport.connect(to: path) } catch {
            // A daemon that is busy for a moment is there.
            if error != .queueIsFull { throw .connecting(to: path, error) }
        }
    }

    private func result<Request: SessionRequest>(
        of request: Request, _ deadline: CallDeadline
    ) throws(ClientError) -> JSONElement {
        let called = Called(request)
        var attempts = CallAttempts(called, deadline, wasConnected: false, retryLimit: retryLimit)
        while true {
            let seconds = deadline.seconds(isFirst: attempts.count == 0)
            let line = try request.checkedLine(id: 1, deadlineSeconds: seconds)
            switch attempts.next(after: attempt(line, called, deadline)) {
            case .finish(let result): return result
            case .fail(let error): throw error
            case .outcomeUnknown:
                throw .connectionLost(called, status: try? call(GetStatus(), deadline: .seconds(2)))
            case .retry(let pause): poll(nil, 0, pause.pollMilliseconds)
            }
        }
    }

    private func attempt(_ line: [UInt8], _ called: Called, _ deadline: CallDeadline) -> CallOutcome {
        do throws(SystemError) {
            let socket = try Transport.connect(to: path)
            var exchange = BlockingExchange(called, deadline: deadline, lateCheck: lateCheck)
            return exchange.run(line, on: socket)
        } catch {
            return .unreachable(.connecting(to: path, error), mayPass: error == .queueIsFull)
        }
    }
}
