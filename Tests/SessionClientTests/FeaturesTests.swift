// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionClient
import SessionProtocol
import Testing

/// What a daemon is too old for.
@Suite(.timeLimit(.minutes(10))) struct FeaturesTests {
    /// A request of a later version.
    private struct Later: ParameterlessRequest {
        typealias Response = Done
        static let method = Method.touch
        var feature: String? { "later" }
    }

    private static func daemon(_ features: String) throws -> FakeDaemon {
        try FakeDaemon.answering { request in
            let info = Sample.info.replacing(#""features":[]"#, with: #""features":[\#(features)]"#)
            return .result(request.method == "daemon.info" ? info : Sample.result(of: request.method))
        }
    }

    private static func methods(_ count: Int, of daemon: FakeDaemon) async -> [String] {
        var methods: [String] = []
        for await request in daemon.arrivals.prefix(count) { methods.append(request.method) }
        return methods
    }

    @Test(arguments: ClientKind.allCases)
    func whatItLacksIsUnsupportedAndNotSent(kind: ClientKind) async throws {
        let daemon = try Self.daemon(#""other""#)
        defer { daemon.stop() }
        let client = try kind.client(daemon.path)
        let error = await #expect(throws: ClientError.self) { try await client.call(Later(), nil) }
        #expect(error?.sessionError?.name == .unsupported && error?.code == .session)
        #expect(error?.message == "sessiond/1.0.0 is too old for this session.touch: it has no later")
        _ = try await client.call(GetUUID(), nil)
        #expect(await Self.methods(2, of: daemon) == ["daemon.info", "session.getUUID"])
    }

    @Test(arguments: ClientKind.allCases)
    func whatItHasIsSent(kind: ClientKind) async throws {
        let daemon = try Self.daemon(#""other","later""#)
        defer { daemon.stop() }
        _ = try await kind.client(daemon.path).call(Later(), nil)
        #expect(await Self.methods(2, of: daemon) == ["daemon.info", "session.touch"])
    }

    @Test func itIsAskedOnceForEachConnection() async throws {
        let daemon = try Self.daemon(#""later""#)
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        for _ in 0..<3 { _ = try await client.call(Later()) }
        #expect(await Self.methods(4, of: daemon) == ["daemon.info"] + Array(repeating: "session.touch", count: 3))
    }

    @Test func anotherDaemonIsAskedAnew() async throws {
        let daemon = try FakeDaemon { peer in
            // The first one can do it, and goes; the next one cannot.
            let features = peer.number == 0 ? #""features":["later"]"# : #""features":[]"#
            var left = peer.number == 0 ? 2 : 10
            while left > 0, let request = try peer.next() {
                let result = Sample.result(of: request.method).replacing(#""features":[]"#, with: features)
                try peer.send(Answer.result(result).line(id: request.id))
                left -= 1
            }
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        _ = try await client.call(Later())
        // Made on the next connection, if not on the first.
        for await closed in daemon.closures where closed == 0 { break }
        _ = try await client.getUUID()
        let error = await #expect(throws: ClientError.self) { try await client.call(Later()) }
        #expect(error?.sessionError?.name == .unsupported)
    }

    @Test func whatEveryDaemonKnowsIsNotAskedFor() async throws {
        let daemon = try Self.daemon("")
        defer { daemon.stop() }
        _ = try await SessionClient(socketPath: daemon.path).getUUID()
        #expect(await Self.methods(1, of: daemon) == ["session.getUUID"])
    }
}
