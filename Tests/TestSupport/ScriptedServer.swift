// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessiondPrimitives

@testable import HTTPSClient

/// A server on loopback that does to each request what the test says, on a thread for each connection.
final class ScriptedServer: Sendable {
    /// Says whether the connection stays for another request.
    typealias Script = @Sendable (ServerRequest, ServerConnection) -> Bool

    enum Event: Sendable {
        case request, closed
    }

    let port: Int
    /// What happened, for one reader.
    let events: AsyncStream<Event>
    /// Whether ``requests`` holds what came; else only the connections are counted.
    private let remembers: Bool
    private let listener: Int32
    private let signal: AsyncStream<Event>.Continuation
    private let seen = Monitor<(requests: [ServerRequest], connections: Int)>(([], 0))

    init(remembers: Bool = true, _ script: @escaping Script) throws {
        self.remembers = remembers
        (listener, port) = try LoopbackSocket.listen(backlog: 512)
        (events, signal) = AsyncStream.makeStream()
        Thread.detachNewThread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                let connection = ServerConnection(descriptor: descriptor, number: accepted())
                Thread.detachNewThread { [self] in serve(connection, script) }
            }
            Foundation.close(listener)
        }
    }

    /// Accepts nobody any more.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Answers everything with the same bytes, and closes.
    convenience init(bytes: String) throws {
        try self.init { _, connection in
            connection.write(bytes)
            return false
        }
    }

    var requests: [ServerRequest] { seen.withLock { $0.requests } }
    var connectionCount: Int { seen.withLock { $0.connections } }

    /// Options for requests to it.
    func options(_ scheme: HTTPEndpoint.Scheme = .http) throws -> HTTPOptions {
        try HTTPOptions(base: .loopback(scheme, port: port))
    }

    func client() throws -> HTTPClient { HTTPClient(options: try options()) }

    /// Waits until so many of them have happened.
    func wait(for event: Event, count: Int = 1) async {
        var left = count
        for await next in events where next == event {
            left -= 1
            if left == 0 { return }
        }
    }

    private func accepted() -> Int {
        seen.withLock { seen in
            seen.connections += 1
            return seen.connections
        }
    }

    private func came(_ request: ServerRequest) {
        guard remembers else { return }
        seen.withLock { $0.requests.append(request) }
        signal.yield(.request)
    }

    private func serve(_ connection: ServerConnection, _ script: Script) {
        while let request = connection.readRequest() {
            came(request)
            if !script(request, connection) { break }
        }
        Foundation.close(connection.descriptor)
        if remembers { signal.yield(.closed) }
    }
}

extension HTTPEndpoint {
    /// A port of this machine.
    static func loopback(_ scheme: Scheme, port: Int, host: String = "127.0.0.1") throws -> HTTPEndpoint {
        guard let endpoint = HTTPEndpoint(scheme: scheme, host: host, port: port) else {
            throw LoopbackSocket.Failure(call: "HTTPEndpoint")
        }
        return endpoint
    }
}

extension HTTPClient {
    /// What becomes of a request.
    func outcome(_ request: HTTPRequest = HTTPRequest(.get, "/")) async -> Result<HTTPResponse, HTTPFailure> {
        do throws(HTTPFailure) {
            return .success(try await send(request))
        } catch {
            return .failure(error)
        }
    }

    /// Why a request fails.
    func failure(_ request: HTTPRequest = HTTPRequest(.get, "/")) async -> HTTPFailure? {
        guard case .failure(let failure) = await outcome(request) else { return nil }
        return failure
    }
}

extension HTTPOptions {
    /// Options as a test needs them.
    init(base: HTTPEndpoint) throws(HTTPFailure) { try self.init(base: base, userAgent: "sessiond-test/1") }
}
