// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPSClient
@testable import TestSupport

@Suite("HTTP: requests given up", .timeLimit(.minutes(10)))
struct HTTPCancellationTests {
    @Test func sendsNothingForATaskThatIsCancelledAlready() async throws {
        let server = try ScriptedServer(bytes: "")
        defer { server.close() }
        let client = try server.client()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await client.failure()
        }
        #expect(await task.value?.meaning == .cancelled)
        #expect(client.requestCount == 0)
        #expect(!client.isRunning)
        #expect(server.connectionCount == 0)
    }

    @Test func closesTheConnectionOfARequestUnderWay() async throws {
        let server = try ScriptedServer { _, connection in
            connection.waitForClient()
            return false
        }
        defer { server.close() }
        let client = try server.client()
        let task = Task { await client.failure() }
        await server.wait(for: .request)
        #expect(client.requestCount == 1)
        task.cancel()
        #expect(await task.value?.meaning == .cancelled)
        #expect(client.requestCount == 0)
        await server.wait(for: .closed)
    }

    @Test func leavesTheOthersAlone() async throws {
        let server = try ScriptedServer { request, connection in
            if request.lines.first == "GET /slow HTTP/1.1" { connection.waitForClient() } else { connection.answer() }
            return true
        }
        defer { server.close() }
        let client = try server.client()
        let slow = (1...5).map { _ in Task { await client.failure(HTTPRequest(.get, "/slow")) } }
        await server.wait(for: .request, count: 5)
        async let quick = client.outcome()
        for task in slow { task.cancel() }
        #expect(try await quick.get().status == 200)
        for task in slow { #expect(await task.value?.meaning == .cancelled) }
    }

    @Test func changesNothingOfAnAnswerThatCame() async throws {
        let server = try ScriptedServer { _, connection in
            connection.answer()
            return true
        }
        defer { server.close() }
        let client = try server.client()
        let task = Task { await client.outcome() }
        #expect(try await task.value.get().status == 200)
        task.cancel()
        #expect(try await client.send(HTTPRequest(.get, "/")).status == 200)
    }

    @Test func answersEachOnceWhereverTheCancellationFallsIn() async throws {
        let server = try ScriptedServer { _, connection in
            connection.answer()
            return true
        }
        defer { server.close() }
        let client = try server.client()
        await withTaskGroup(of: Result<HTTPResponse, HTTPFailure>.self) { group in
            for index in 0..<400 {
                group.addTask {
                    let task = Task { await client.outcome() }
                    for _ in 0..<(index % 20) { await Task.yield() }
                    task.cancel()
                    return await task.value
                }
            }
            for await outcome in group {
                switch outcome {
                case .success(let answer): #expect(answer.status == 200)
                case .failure(let failure): #expect(failure.meaning == .cancelled)
                }
            }
        }
        #expect(client.requestCount == 0)
        client.shutDown()
        #expect(!client.isRunning)
    }
}
