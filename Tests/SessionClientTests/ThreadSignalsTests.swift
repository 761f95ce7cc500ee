// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import SessionClient
import Testing

/// What the library's threads do with an app's signals.
@Suite(.timeLimit(.minutes(10))) struct ThreadSignalsTests {
    // The masks of this process's threads of that name, proc_pid_status(5).
    private static func blockedSignals(ofThreads name: String) throws -> [UInt64] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { id in
            // Threads of other tests come and go.
            guard let status = try? String(contentsOfFile: "/proc/self/task/\(id)/status", encoding: .utf8) else {
                return nil
            }
            let lines = status.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
            guard lines.contains(["Name:", name]) else { return nil }
            return lines.first { $0.first == "SigBlk:" }.flatMap { UInt64($0[1], radix: 16) }
        }
    }

    @Test(arguments: ["sessiond-client", "sessiond-watch"])
    func leavesThemToTheAppButTakesItsOwnFaults(name: String) async throws {
        let answered = Gate()
        let daemon = try FakeDaemon.answering { request in
            if request.method == "session.getUUID" { answered.wait() }
            return .result(Sample.uuidAnswer)
        }
        defer { daemon.stop() }
        let client = try SessionClient(socketPath: daemon.path)
        // Who waits longer than a moment has a thread wait.
        async let uuid = client.getUUID()
        while try Self.blockedSignals(ofThreads: "sessiond-client").isEmpty { await Task.yield() }
        defer { answered.open() }
        var changes = client.changes().makeAsyncIterator()
        // What is answered is no answer to a watch: whatever comes of that, its thread is there.
        _ = await changes.next()
        var masks = try Self.blockedSignals(ofThreads: name)
        // It may not have given itself its name yet.
        while masks.isEmpty {
            await Task.yield()
            masks = try Self.blockedSignals(ofThreads: name)
        }
        for mask in masks {
            func isBlocked(_ signal: Int32) -> Bool { mask & (1 << UInt64(signal - 1)) != 0 }
            for signal in [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGCHLD, SIGPIPE, SIGALRM] { #expect(isBlocked(signal)) }
            for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT] { #expect(!isBlocked(fault)) }
        }
        answered.open()
        _ = try await uuid
        client.close()
    }
}
