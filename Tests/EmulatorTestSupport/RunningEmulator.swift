// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
import Foundation
package import SessionProtocol

/// An emulator on a port of its own.
package struct RunningEmulator: Sendable {
    package let port: UInt16

    /// Starts it, and stops it when the body is done.
    package static func running(_ server: EmulatorServer, _ body: (RunningEmulator) async throws -> Void) async throws {
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
    package func send(_ request: TestRequest) async throws -> Reply { Reply(try await exchange(request.bytes)) }

    /// Writes bytes to a connection of its own; what came back until it closed.
    package func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
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

    package func post(_ path: String, _ body: String, token: String? = nil) async throws -> Reply {
        try await send(TestRequest(method: "POST", path: path, body: body, token: token))
    }

    package func get(_ path: String, token: String? = nil, headers: [String: String] = [:]) async throws -> Reply {
        try await send(TestRequest(method: "GET", path: path, token: token, headers: headers))
    }

    package func control(_ path: String, _ body: String = "{}") async throws -> Reply {
        try await post("/__control/\(path)", body)
    }

    /// The log, answered when it has so many entries.
    package func log(_ query: String = "") async throws -> [JSONValue] {
        guard case .array(let entries)? = try await get("/__control/log\(query)")["entries"] else {
            throw TestFailure("the log has no entries")
        }
        return entries
    }
}
