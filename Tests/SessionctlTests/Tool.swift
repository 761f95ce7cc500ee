// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Glibc

@testable import TestSupport

/// `sessionctl` as it was built, run with files as its standard streams.
struct Tool: Sendable {
    /// What a run left behind.
    struct Run: Sendable, Equatable {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The binary: next to the test bundle, which is this process.
    static let binary: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("sessionctl").path
    }()

    /// What runs: the binary, or a command line in front of it.
    var command = [Tool.binary]
    /// `SESSIOND_SOCKET`; `nil`: not set.
    var socket: String?
    /// Standard input; `nil`: empty.
    var input: String?
    /// Standard output instead of a file of the test's own.
    var output: String?

    /// A tool for a daemon.
    init(_ daemon: FakeDaemon? = nil, input: String? = nil) { (socket, self.input) = (daemon?.path, input) }

    /// Runs it to its end.
    func run(_ arguments: [String]) async throws -> Run {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try (input ?? "").write(toFile: folder.file("in"), atomically: false, encoding: .utf8)
        let child = try Child(
            command + arguments, environment: environment,
            streams: [folder.file("in"), output ?? folder.file("out"), folder.file("err")]
        )
        let status = await child.status()
        let text = output == nil ? try String(contentsOfFile: folder.file("out"), encoding: .utf8) : ""
        return Run(
            status: status, output: text, errors: try String(contentsOfFile: folder.file("err"), encoding: .utf8))
    }

    /// Runs it to its end.
    func run(_ arguments: String...) async throws -> Run { try await run(arguments) }

    private var environment: [String] {
        ["PATH=/usr/bin:/bin", "LC_ALL=C"] + (socket.map { ["SESSIOND_SOCKET=\($0)"] } ?? [])
            + (ProcessInfo.processInfo.environment["SESSIOND_MUTANT"].map { ["SESSIOND_MUTANT=\($0)"] } ?? [])
    }
}
