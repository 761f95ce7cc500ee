// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TestSupport

/// The unit files of the package, in a root folder where the daemon is installed.
@Suite(.timeLimit(.minutes(10))) struct UnitFileTests {
    private static let unitFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("systemd").path

    private let root: TemporaryFolder

    init() throws {
        root = try TemporaryFolder()
        for folder in ["usr/bin", "usr/lib/sessiond", "usr/lib/systemd/system", "usr/lib/sysusers.d", "etc"] {
            try FileManager.default.createDirectory(atPath: root.file(folder), withIntermediateDirectories: true)
        }
        for target in ["sysinit", "basic", "sockets", "shutdown", "multi-user"] {
            try root.write(Array("[Unit]\n".utf8), to: "usr/lib/systemd/system/\(target).target")
        }
        for program in ["usr/bin/sessiond", "usr/bin/sessionctl", "usr/lib/sessiond/sessiond-key"] {
            try root.write([], to: program)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: root.file(program))
        }
    }

    @Test func systemdFindsNothingToSayAboutTheUnits() throws {
        let units = try FileManager.default.contentsOfDirectory(atPath: Self.unitFolder)
            // Drop-ins have lines that this systemd need not know; they are tried in the box.
            .filter { name in ![".conf", ".catalog", ".d", ".preset"].contains { name.hasSuffix($0) } }.sorted()
        #expect(units.contains("sessiond.service") && units.contains("sessiond.socket"))
        try install(units, in: "usr/lib/systemd/system")
        let run = try ToolRun("/usr/bin/systemd-analyze", ["verify", "--man=no", "--root=\(root.path)"] + units)
        #expect(run.output == "")
        #expect(run.exitCode == 0)
    }

    @Test func theDaemonIsNotInTheGroupOfItsCallers() throws {
        try install(["sessiond.sysusers.conf"], in: "usr/lib/sysusers.d")
        let run = try ToolRun("/usr/bin/systemd-sysusers", ["--root=\(root.path)"])
        #expect(run.exitCode == 0, "\(run.output)")
        let groups = try table("etc/group")
        #expect(Set(groups.keys) == ["sessiond", "sessiond-admin", "sessiond-observer", "sessiond-daemon"])
        let user = try #require(try table("etc/passwd")["sessiond"])
        let daemonGroup = try #require(groups["sessiond-daemon"])
        #expect(user[3] == daemonGroup[2])
        #expect(groups.values.allSatisfy { $0[3].isEmpty })
    }

    private func install(_ names: [String], in folder: String) throws {
        for name in names {
            try FileManager.default.copyItem(
                atPath: "\(Self.unitFolder)/\(name)",
                toPath: root.file("\(folder)/\(name)")
            )
        }
    }

    /// The lines of a file like passwd(5), by their first column.
    private func table(_ path: String) throws -> [String: [String]] {
        let lines = try String(contentsOfFile: root.file(path), encoding: .utf8).split(separator: "\n")
        let rows = lines.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0) })
    }
}
