// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration
import SessiondPrimitives
import Testing

@testable import SessionProtocol
@testable import SessionctlCommands

/// Whether the names in the rules can be looked up.
@Suite(.timeLimit(.minutes(10))) struct NamesCheckTests {
    private static let (tills, ann) = (UnixName.group("tills"), UnixName.user("ann"))

    private func finding(_ answers: [UnixName: AccountAnswer<UInt32>], daemon: DaemonFacts) -> DoctorFinding {
        var settings = Settings()
        settings.access.rules += [
            AccessRule(capabilities: [.tokenRead], subject: .group(.name("tills")), origin: .file(path: "/c", line: 3)),
            AccessRule(capabilities: [.admin], subject: .user(.name("ann")), origin: .file(path: "/c", line: 4)),
            AccessRule(capabilities: [.admin], subject: .any, origin: .file(path: "/c", line: 5)),
        ]
        return self.finding(settings.access.rules, answers, daemon: daemon, inhabited: [7])
    }

    private func finding(
        _ rules: [AccessRule], _ answers: [UnixName: AccountAnswer<UInt32>], daemon: DaemonFacts, inhabited: Set<gid_t>
    ) -> DoctorFinding {
        var settings = Settings()
        settings.access.rules = rules
        return NamesCheck(
            settings: settings, daemon: daemon, remedies: .service,
            ask: { Dictionary(uniqueKeysWithValues: $0.map { ($0, answers[$0] ?? .absent) }) },
            isInhabited: { inhabited.contains($0) }
        ).examine()
    }

    @Test func namesThatCanBeLookedUpAreWellAndThoseOfTheDefaultsMayBeMissing() throws {
        let daemon = try DaemonFacts.sample()
        #expect(
            finding([Self.tills: .found(7), Self.ann: .found(8)], daemon: daemon)
                == .ok("every name in [Access] can be looked up; there is no group sessiond or sessiond-admin"))
    }

    @Test func rulesThatReachNobodyAreAWarning() throws {
        let daemon = try DaemonFacts.sample()
        let groups: [UnixName: AccountAnswer<UInt32>] = [
            .group("sessiond"): .found(7), .group("sessiond-admin"): .found(8),
        ]
        func finding(_ answers: [UnixName: AccountAnswer<UInt32>], _ inhabited: Set<gid_t> = []) -> DoctorFinding {
            self.finding(AccessRule.defaults, answers, daemon: daemon, inhabited: inhabited)
        }
        #expect(finding(groups, [7, 8]) == .ok("every name in [Access] can be looked up"))
        #expect(finding(groups, [7]) == .ok("every name in [Access] can be looked up; nobody is in sessiond-admin"))
        let nobody = "nobody is in sessiond, sessiond-admin: none but root and sessiond's own user may do anything"
        let explain = "then: sessionctl access explain --user NAME"
        #expect(
            finding(groups)
                == .warning(
                    nobody, hint: "usermod -aG sessiond NAME; in a unit: SupplementaryGroups=sessiond; \(explain)"))
        // Without the package.
        #expect(
            finding([:])
                == .warning(
                    "there is no group sessiond or sessiond-admin: none but root and sessiond's own user may do anything",
                    hint: "as root: systemd-sysusers; \(explain)"))
        #expect(self.finding([], [:], daemon: daemon, inhabited: []).result == .warning)
    }

    @Test(.enabled(if: geteuid() == 0, "a process in a group of its own is needed"))
    func aGroupIsInhabitedByAccountsAndByProcesses() async throws {
        // Of Debian's base-passwd: that of an account.
        #expect(GroupMembers.isInhabited(1))
        let free: gid_t = 4_000_000_117
        #expect(!GroupMembers.isInhabited(free))
        let terminal = try PseudoTerminal()
        let child = try Child(
            ["/usr/bin/setpriv", "--groups=\(free)", "/bin/sh", "-c", "echo here; read line"], environment: [],
            streams: [terminal.path, terminal.path, terminal.path])
        #expect(await terminal.shows("here"))
        #expect(GroupMembers.isInhabited(free))
        kill(child.id, SIGKILL)
        _ = await child.status()
        #expect(!GroupMembers.isInhabited(free))
    }

    @Test func aNameThatNobodyHasIsAWarningWithItsLine() throws {
        let finding = finding([Self.tills: .found(7)], daemon: try DaemonFacts.sample())
        #expect(
            finding
                == .warning(
                    "/c:4 gives nobody anything: there is no such name as the user ann",
                    hint: "add it, or correct the line; then: systemctl reload sessiond"))
    }

    @Test func aNameThatCouldNotBeAskedIsAProblem() throws {
        let finding = finding(
            [Self.tills: .unavailable(.error(5)), Self.ann: .found(8)], daemon: try DaemonFacts.sample())
        #expect(
            finding
                == .problem(
                    "the group tills (/c:3) could not be asked: Input/output error",
                    hint: "see nsswitch.conf(5) and its servers: getent group tills"))
    }

    @Test func whatTheDaemonCouldNotAskIsAProblemThoughItCanBeAskedHere() throws {
        let daemon = try DaemonFacts.sample(
            health: #"{"ready":true,"problems":[{"name":"nameUnavailable","hint":"the group tills"}]}"#)
        let finding = finding([Self.tills: .found(7), Self.ann: .found(8)], daemon: daemon)
        #expect(finding.result == .problem)
        #expect(finding.found == "sessiond says: the group tills")
        #expect(finding.hint?.contains("systemctl reload sessiond") == true)
    }

    @Test func withoutAConfigurationThereIsNothingToLookAt() throws {
        let check = NamesCheck(settings: nil, daemon: try DaemonFacts.sample(), remedies: .service)
        #expect(check.examine().result == .skipped)
    }
}
