// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Glibc
import SessionProtocol
import Testing

@testable import SessionctlCommands
@testable import SessiondPrimitives
@testable import TestSupport

/// Who may connect: groups and socket.
@Suite(.timeLimit(.minutes(10))) struct AccessCheckTests {
    // Of Debian's base-passwd: groups that nobody is in.
    private static let (games, news): (gid_t, gid_t) = (60, 9)

    private func caller(_ groups: Set<gid_t> = [], future: Set<gid_t> = []) -> Caller {
        Caller(user: 12_345, name: "ann", groups: groups, futureGroups: .found(groups.union(future)))
    }

    /// A socket of root's with a group and a mode.
    private func socket(in folder: TemporaryFolder, group: gid_t, mode: mode_t) throws -> String {
        try StaleSocket.make(at: folder.file("s"))
        guard chown(folder.file("s"), 0, group) == 0, chmod(folder.file("s"), mode) == 0 else {
            throw SystemFailure("chown")
        }
        return folder.file("s")
    }

    @Test(
        .enabled(if: geteuid() == 0, "a file of another group is needed"),
        arguments: [
            ([games], [], "ok: ann is in games"),
            (
                [], [games],
                """
                problem: ann is in games, but this program was started from a login before that | \
                log in again, or: newgrp games; a service: systemctl restart it
                """
            ),
            (
                [news], [],
                """
                warning: ann is in news and not in games: the status, and only by /o | use --socket /o, or let an \
                administrator run: usermod -aG games ann; then log in again; what they may do then: \
                sessionctl access explain --user ann
                """
            ),
            (
                [], [],
                """
                problem: ann is not in games, whose members may connect | let an administrator run: \
                usermod -aG games ann; then log in again; what they may do then: sessionctl access explain --user ann
                """
            ),
        ] as [(Set<gid_t>, Set<gid_t>, String)]
    )
    func theGroupOfTheSocketDecides(groups: Set<gid_t>, future: Set<gid_t>, finding: String) throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = try socket(in: folder, group: Self.games, mode: 0o660)
        var check = GroupsCheck(caller: caller(groups, future: future), socketPath: path)
        (check.observerGroup, check.observerPath) = ("news", "/o")
        #expect(check.examine().testDescription == finding)
    }

    @Test(.enabled(if: geteuid() == 0, "a file of another user is needed"))
    func aSocketWithoutAGroupIsItsOwners() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = try socket(in: folder, group: 0, mode: 0o600)
        let finding = GroupsCheck(caller: caller([0]), socketPath: path).examine()
        #expect(finding.testDescription == "problem: only root may connect, and this is ann | run it as root")
    }

    @Test func withoutASocketTheGroupIsTheInstalledOne() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var check = GroupsCheck(caller: caller([Self.games]), socketPath: folder.file("s"))
        #expect(check.examine() == .skipped("there is no socket yet to say whom it lets in"))
        check.installedPath = folder.file("s")
        check.accessGroup = "games"
        #expect(check.examine() == .ok("ann is in games"))
        check.accessGroup = "no-such-group"
        #expect(
            check.examine()
                == .problem(
                    "there is no group no-such-group",
                    hint: "the package has it; as root: systemd-sysusers, or groupadd --system no-such-group"))
    }

    @Test func rootNeedsNoGroup() {
        let root = Caller(user: 0, name: "root", groups: [], futureGroups: .found([]))
        #expect(GroupsCheck(caller: root, socketPath: "/nowhere/s").examine() == .ok("root may do everything"))
    }

    @Test func anAccountDatabaseThatHangsIsNamed() {
        let finding = GroupsCheck(caller: nil, socketPath: "/nowhere/s").examine()
        #expect(finding.result == .warning)
        #expect(finding.found == "the account database does not answer")
    }

    @Test(.enabled(if: geteuid() == 0, "a file of another group is needed"))
    func aSocketIsAsItsUnitHasIt() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = try socket(in: folder, group: Self.games, mode: 0o660)
        var expectation = SocketCheck.Expectation(user: "root", group: "games", mode: 0o660, remedy: "do it")
        func finding() -> DoctorFinding {
            SocketCheck(path: path, expectation: expectation, startHint: "start").examine()
        }
        #expect(finding() == .ok("\(path), root:games 0660"))
        chmod(path, 0o666)
        #expect(finding() == .problem("\(path), root:games 0666, and should be root:games 0660", hint: "do it"))
        chmod(path, 0o660)
        expectation.group = "news"
        #expect(finding() == .problem("\(path), root:games 0660, and should be root:news 0660", hint: "do it"))
    }

    @Test func aSocketThatEverybodyMayUseIsAWarningWhereNoUnitSaysOtherwise() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try StaleSocket.make(at: folder.file("s"))
        chmod(folder.file("s"), 0o666)
        let finding = SocketCheck(path: folder.file("s"), expectation: nil, startHint: "start").examine()
        #expect(finding.result == .warning)
        #expect(finding.hint == "chmod o= \(folder.file("s"))")
    }

    @Test func aFolderInWhichOthersCouldPutASocketIsAProblem() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try StaleSocket.make(at: folder.file("s"))
        chmod(folder.file("s"), 0o600)
        chmod(folder.path, 0o777)
        let check = SocketCheck(path: folder.file("s"), expectation: nil, startHint: "start")
        #expect(check.examine().hint == "chmod go-w \(folder.path)")
        // As /tmp is: there nobody replaces what is another's.
        chmod(folder.path, 0o1777)
        #expect(check.examine().result == .ok)
    }

    @Test func whatIsNoSocketOrNotThereIsAProblem() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("s")
        let check = SocketCheck(path: path, expectation: nil, startHint: "start it")
        #expect(check.examine() == .problem("there is no socket \(path)", hint: "start it"))
        try "".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(
            check.examine() == .problem("\(path) is not a socket", hint: "ls -l \(path); remove it; then start it"))
    }

    @Test func whoAnswersAndWhatTheCallerMayDoIsSaid() throws {
        let daemon = try DaemonFacts.sample(
            hello: #"{"protocol":1,"server":"sessiond/9.9","features":[],"capabilities":["identity.read","admin"]}"#)
        #expect(
            DaemonCheck(daemon: daemon, remedies: .service).examine()
                == .ok("sessiond/9.9 runs since 2026-11-23T05:02:03Z; you may identity.read, admin"))
        let powerless = try DaemonFacts.sample(
            hello: #"{"protocol":1,"server":"sessiond/9.9","features":[],"capabilities":[]}"#)
        #expect(DaemonCheck(daemon: powerless, remedies: .service).examine().result == .problem)
    }

    @Test func whatIsWrongIsNotSaidTwice() throws {
        #expect(DaemonCheck(daemon: try .absent(), remedies: .service).examine() == .skipped("there is nobody to ask"))
        let unusable = DaemonFacts.refusing(SessionError(.notConfigured, "c", hint: "h"))
        #expect(DaemonCheck(daemon: unusable, remedies: .service).examine() == .ok("sessiond runs"))
        let full = DaemonFacts.refusing(SessionError(.limitExceeded, "too many connections", hint: "close some"))
        #expect(
            DaemonCheck(daemon: full, remedies: .service).examine()
                == .problem("too many connections", hint: "close some"))
    }
}
