// SPDX-License-Identifier: Apache-2.0

import Foundation
import SyneriseEmulator

/// An emulator on a port of its own.
struct RunningEmulator: Sendable {
    static let uuid = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"

    let port: UInt16

    /// Starts it with the key of all tests, and stops it when the body is done.
    static func with(
        _ change: (inout EmulatorOptions) throws -> Void = { _ in },
        _ body: (RunningEmulator) async throws -> Void
    ) async throws {
        var options = EmulatorOptions()
        options.signingKeyPEM = try TestKey.shared.get()
        options.apiKeys = ["K", "L"]
        options.accounts = [try AccountOption("anna@example.com:secret:card-1")]
        try change(&options)
        let server = try EmulatorServer(options)
        let (ports, port) = AsyncStream<UInt16>.makeStream()
        let running = Task {
            defer { port.finish() }
            try await server.run { port.yield($0) }
        }
        defer { running.cancel() }
        guard let port = await ports.first(where: { _ in true }) else { throw TestFailure("it does not listen") }
        try await body(RunningEmulator(port: port))
    }

    /// One request over a connection of its own, until that closes.
    func send(_ request: TestRequest) async throws -> Reply { Reply(try await exchange(request.bytes)) }

    /// Writes bytes to a connection of its own; what came back until it closed.
    func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
        let port = port
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let connection = try RawConnection(port: port)
                        try connection.write(bytes)
                        return try connection.readToEnd()
                    })
            }
        }
    }

    func post(_ path: String, _ body: String, token: String? = nil) async throws -> Reply {
        try await send(TestRequest(method: "POST", path: path, body: body, token: token))
    }

    func get(_ path: String, token: String? = nil, headers: [String: String] = [:]) async throws -> Reply {
        try await send(TestRequest(method: "GET", path: path, token: token, headers: headers))
    }

    func control(_ path: String, _ body: String = "{}") async throws -> Reply {
        try await post("/__control/\(path)", body)
    }
}
