// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient

/// `client-bench DAEMON TELLER`: a driver in Swift, as Bench/README.md says, by `SessionClient` as an app uses it.
@main
struct ClientBench {
    private static let atOnce = 16

    static func main() async throws {
        let paths = CommandLine.arguments.dropFirst()
        guard paths.count == 2, let daemon = paths.first, let teller = paths.last else { return }
        let client = try SessionClient(socketPath: daemon)
        while let line = readLine() {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int(words[1]) else { return }
            let began: ContinuousClock.Instant
            switch words[0] {
            case "calls": began = try await calls(count, client)
            case "tasks": began = try await tasks(count, client)
            case "blocking": began = try blocking(count, daemon)
            default: began = try await events(count, teller)
            }
            say((ContinuousClock.now - began) / count)
        }
    }

    private static func ask(_ count: Int, _ client: SessionClient) async throws {
        for _ in 0..<count { _ = try await client.retrieveToken(minimumValidity: .seconds(60)).token.reveal() }
    }

    private static func calls(_ count: Int, _ client: SessionClient) async throws -> ContinuousClock.Instant {
        let began = ContinuousClock.now
        try await ask(count, client)
        return began
    }

    private static func tasks(_ count: Int, _ client: SessionClient) async throws -> ContinuousClock.Instant {
        let began = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for _ in 0..<atOnce { group.addTask { try await ask(count / atOnce, client) } }
            try await group.waitForAll()
        }
        return began
    }

    private static func blocking(_ count: Int, _ path: String) throws -> ContinuousClock.Instant {
        let client = BlockingSessionClient(path: try SocketPath(path))
        let began = ContinuousClock.now
        for _ in 0..<count { _ = try client.call(RetrieveToken(minimumValiditySeconds: 60)).token.reveal() }
        return began
    }

    private static func events(_ count: Int, _ path: String) async throws -> ContinuousClock.Instant {
        let client = try SessionClient(socketPath: path)
        var began = ContinuousClock.now
        var left = count
        for await change in client.changes() {
            switch change.cause {
            case .snapshot: began = .now
            case .event: left -= 1
            default: throw ClientError.session(SessionError(.internalError, "\(change.cause)"))
            }
            if left == 0 || change.status == nil { break }
        }
        client.close()
        return began
    }

    private static func say(_ duration: Duration) {
        let line = Array("\(duration / .microseconds(1))\n".utf8)
        _ = write(STDOUT_FILENO, line, line.count)
    }
}
