// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import SessionClient
import Testing

@testable import SessionctlCommands
@testable import TestSupport

/// Units and their files, from what systemctl says.
@Suite(.timeLimit(.minutes(10))) struct UnitChecksTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let unit: UnitFacts.Name
        let properties: [String: String]
        let finding: String
        var testDescription: String { finding }
    }

    static let states: [Fault] = [
        Fault(
            unit: .socket, properties: ["LoadState": "not-found"],
            finding: "problem: sessiond.socket is not installed | install the package sessiond again"
        ),
        Fault(
            unit: .service, properties: ["LoadState": "masked"],
            finding:
                "problem: sessiond.service is masked | systemctl unmask sessiond.service; systemctl start sessiond.service"
        ),
        Fault(
            unit: .service, properties: ["LoadState": "bad-setting"],
            finding:
                "problem: sessiond.service cannot be loaded (bad-setting) | systemd-analyze verify sessiond.service"
        ),
        Fault(
            unit: .socket, properties: ["ActiveState": "failed", "SubState": "failed", "Result": "resources"],
            finding: """
                problem: sessiond.socket failed (resources) | journalctl -b -u sessiond.socket; then: systemctl restart \
                sessiond.socket
                """
        ),
        Fault(
            unit: .key, properties: ["ActiveState": "failed", "SubState": "failed", "Result": "exit-code"],
            finding: """
                problem: sessiond-key.service failed (exit-code) | journalctl -b -u sessiond-key.service; then: systemctl \
                restart sessiond-key.service sessiond.service
                """
        ),
        Fault(
            unit: .service,
            properties: [
                "ActiveState": "activating", "SubState": "auto-restart", "Result": "core-dump", "NRestarts": "7",
            ],
            finding: """
                problem: sessiond.service does not stay up (core-dump, started again 7 times) | \
                journalctl -b -u sessiond.service
                """
        ),
        Fault(
            unit: .service, properties: ["ActiveState": "activating", "SubState": "start", "NRestarts": "1"],
            finding:
                "problem: sessiond.service does not stay up (started again once) | journalctl -b -u sessiond.service"
        ),
        Fault(
            unit: .service, properties: ["NRestarts": "1"],
            finding: """
                warning: sessiond.service is running, after it ended unasked: started again once | \
                journalctl -b -u sessiond.service -p notice
                """
        ),
        Fault(
            unit: .socket, properties: ["ActiveState": "inactive", "SubState": "dead"],
            finding: "problem: sessiond.socket is inactive | systemctl start sessiond.socket"
        ),
        Fault(
            unit: .socket, properties: ["UnitFileState": "disabled"],
            finding: """
                warning: sessiond.socket is listening, but will not be after a reboot | systemctl enable sessiond.socket
                """
        ),
        Fault(
            unit: .observer, properties: ["ActiveState": "inactive", "SubState": "dead"],
            finding: """
                warning: sessiond-observer.socket is enabled, but inactive | systemctl start sessiond-observer.socket
                """
        ),
    ]

    @Test(arguments: states)
    func aUnitThatDoesNotDoItsWorkIsNamedWithTheRemedy(fault: Fault) {
        let finding = UnitsCheck(units: .sample([fault.unit: fault.properties])).examine()
        #expect(finding.testDescription == fault.finding)
    }

    @Test func unitsThatRunAreOneLine() {
        let states = """
            sessiond.socket listening, sessiond.service running, sessiond-key.service exited, \
            sessiond-observer.socket listening
            """
        #expect(UnitsCheck(units: .sample()).examine() == .ok(states))
    }

    @Test func aServiceThatNobodyHasCalledYetIsWell() {
        let units = Units.sample([.service: ["ActiveState": "inactive", "SubState": "dead"]])
        #expect(UnitsCheck(units: units).examine().result == .ok)
    }

    @Test func whatIsNotNeededMayBeMissingMaskedOrOff() {
        let units = Units.sample([
            .observer: ["LoadState": "masked", "ActiveState": "inactive"], .key: ["LoadState": "not-found"],
        ])
        #expect(UnitsCheck(units: units).examine() == .ok("sessiond.socket listening, sessiond.service running"))
    }

    @Test func severalFaultsAreAllNamed() {
        let failed = ["ActiveState": "failed", "SubState": "failed", "Result": "exit-code"]
        let finding = UnitsCheck(units: .sample([.service: failed, .key: failed])).examine()
        #expect(
            finding.found == "sessiond.service failed (exit-code); sessiond-key.service failed (exit-code)")
    }

    static let drift: [Fault] = [
        Fault(
            unit: .service, properties: ["NeedDaemonReload": "yes"],
            finding: """
                warning: sessiond.service has changed on the disk, and systemd goes on with what it read before | \
                systemctl daemon-reload; systemctl restart sessiond.service
                """
        ),
        Fault(
            unit: .service,
            properties: [
                "DropInPaths":
                    "/usr/lib/systemd/system/sessiond.service.d/250.conf /etc/systemd/system/sessiond.service.d/own.conf"
            ],
            finding: """
                warning: sessiond.service: /etc/systemd/system/sessiond.service.d/own.conf cannot be read | \
                systemctl cat sessiond.service; to go back: \
                rm /etc/systemd/system/sessiond.service.d/own.conf; systemctl daemon-reload
                """
        ),
    ]

    @Test(arguments: drift)
    func driftIsNamedWithTheWayBack(fault: Fault) {
        let finding = UnitFilesCheck(units: .sample([fault.unit: fault.properties])).examine()
        #expect(finding.testDescription == fault.finding)
    }

    @Test func aDropInThatHasNotBeenReadIsNamed() throws {
        let own = try TemporaryFolder()
        defer { withExtendedLifetime(own) {} }
        let folder = own.file("sessiond.service.d")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(symlink("/dev/null", "\(folder)/a.conf") == 0)
        try "".write(toFile: "\(folder)/b.txt", atomically: false, encoding: .utf8)
        func finding(dropIns: String) -> DoctorFinding {
            var check = UnitFilesCheck(units: .sample([.service: ["DropInPaths": dropIns]]))
            check.packageFolders.append(own.path)
            check.ownFolders = [own.path]
            return check.examine()
        }
        #expect(finding(dropIns: "") == .ok("as the package has them"))
        try "".write(toFile: "\(folder)/c.conf", atomically: false, encoding: .utf8)
        #expect(
            finding(dropIns: "")
                == .warning(
                    "\(folder)/c.conf has changed on the disk, and systemd goes on with what it read before",
                    hint: "systemctl daemon-reload; systemctl restart sessiond.service"))
        #expect(finding(dropIns: "\(folder)/c.conf") == .ok("as the package has them"))
    }

    @Test func aCredentialThatCannotBeReadIsNamed() {
        let state = [
            "ActiveState": "activating", "SubState": "auto-restart", "Result": "exit-code", "NRestarts": "71",
            "ExecMainStatus": "243",
        ]
        let finding = UnitsCheck(units: .sample([.service: state])).examine()
        #expect(
            finding.found.hasPrefix(
                "sessiond.service does not stay up (exit-code, 243/CREDENTIALS, started again 71 times)"))
        #expect(finding.hint?.contains("encrypted with --name= of the credential") == true)
    }

    @Test func whoWaitsForAServiceThatDoesNotComeUpIsToldSo() throws {
        let path = try SocketPath("/run/sessiond/sessiond.sock")
        let socket = ["Listen": "\(path) (Stream)"]
        func futility(_ states: [[String: String]], else last: [String: String] = [:]) -> String? {
            var left = states[...]
            return ServiceStanding.futility(of: path) {
                .sample([.socket: socket, .service: left.popFirst() ?? states.last ?? last])
            }?.reason
        }
        func starting(_ restarts: Int) -> [String: String] {
            ["ActiveState": "activating", "SubState": "start", "NRestarts": "\(restarts)"]
        }
        let waiting = [
            "ActiveState": "activating", "SubState": "auto-restart", "Result": "exit-code", "NRestarts": "2",
        ]
        #expect(futility([waiting]) == "sessiond.service does not come up (exit-code, started again 2 times)")
        #expect(futility([["ActiveState": "failed", "Result": "resources"]]) != nil)
        // One accident, or a start that takes its time, is waited for; a start that ends is not.
        #expect(futility([starting(1)]) == nil && futility([starting(7)]) == nil)
        #expect(futility([starting(7), starting(8)]) != nil)
        #expect(futility([["ActiveState": "active", "SubState": "running", "NRestarts": "9"]]) == nil)
        // Another socket is somebody else's.
        #expect(ServiceStanding.futility(of: try SocketPath("/run/other")) { .sample([.service: waiting]) } == nil)
    }

    @Test func whatIsMaskedIsUnmaskedFirst() {
        let off = ["ActiveState": "inactive", "SubState": "dead"]
        let finding = UnitsCheck(units: .sample([.service: ["LoadState": "masked"], .socket: off])).examine()
        #expect(finding.found == "sessiond.service is masked; sessiond.socket is inactive")
        #expect(finding.hint?.hasPrefix("systemctl unmask sessiond.service; ") == true)
    }

    @Test func theLinesOfADropInAreNamed() throws {
        let (package, own) = (try TemporaryFolder(), try TemporaryFolder())
        defer { withExtendedLifetime((package, own)) {} }
        let unit = "[Service]\nProtectSystem=strict\n# MemoryMax=1M\nExecStart=/usr/bin/sessiond\n"
        try unit.write(toFile: package.file("sessiond.service"), atomically: false, encoding: .utf8)
        func effect(_ text: String) throws -> String? {
            try text.write(toFile: own.file("own.conf"), atomically: false, encoding: .utf8)
            let units = Units.sample([.service: ["DropInPaths": own.file("own.conf")]])
            let finding = UnitFilesCheck(units: units, packageFolders: [package.path, "/usr/lib/systemd/system"])
                .examine()
            #expect(finding.result == .warning)
            let start = "sessiond.service: \(own.file("own.conf")) "
            return finding.found.hasPrefix(start) ? String(finding.found.dropFirst(start.count)) : nil
        }
        #expect(
            try effect("[Service]\nExecStart=\nExecStart=/bin/x \\\n Nice=1\n ProtectSystem = no\n")
                == "changes ExecStart=, ProtectSystem=")
        #expect(
            try effect("; Nice=1\n[Service]\nMemoryMax=64M\nProtectSystem=no\n")
                == "changes ProtectSystem= and adds MemoryMax=")
        #expect(try effect("[Service]\n") == "has no setting")
    }

    @Test func aDropInThatTheManualAsksForIsNoDrift() throws {
        let own = try TemporaryFolder()
        defer { withExtendedLifetime(own) {} }
        func finding(_ text: String) throws -> DoctorFinding {
            try text.write(toFile: own.file("own.conf"), atomically: false, encoding: .utf8)
            return UnitFilesCheck(units: .sample([.service: ["DropInPaths": own.file("own.conf")]])).examine()
        }
        let credential = "[Service]\nLoadCredentialEncrypted=synerise.api-key:/etc/sessiond/api-key.cred\n"
        #expect(try finding(credential) == .ok("as the package has them, with \(own.file("own.conf"))"))
        // What else is in it is drift, and its remedy takes no credential of another drop-in along.
        let mixed = try finding(credential + "ProtectHome=no\n")
        #expect(mixed.found == "sessiond.service: \(own.file("own.conf")) sets ProtectHome=")
        #expect(mixed.hint?.hasSuffix("to go back: rm \(own.file("own.conf")); systemctl daemon-reload") == true)
    }

    @Test func aUnitInPlaceOfThePackagedOneIsDrift() throws {
        let package = try TemporaryFolder()
        defer { withExtendedLifetime(package) {} }
        try "".write(toFile: package.file("sessiond.service"), atomically: false, encoding: .utf8)
        var properties: [UnitFacts.Name: [String: String]] = [:]
        for name in [UnitFacts.Name.socket, .service, .key, .observer] {
            properties[name] = ["FragmentPath": "/etc/systemd/system/\(name.rawValue)"]
        }
        let finding = UnitFilesCheck(units: .sample(properties), packageFolders: [package.path]).examine()
        #expect(
            finding.testDescription == """
                warning: /etc/systemd/system/sessiond.service stands in place of \(package.file("sessiond.service")), whose \
                upgrades have no effect | diff \(package.file("sessiond.service")) /etc/systemd/system/sessiond.service; \
                to go back: rm /etc/systemd/system/sessiond.service; systemctl daemon-reload
                """)
    }

    @Test func packagedUnitsAreNoDrift() {
        #expect(UnitFilesCheck(units: .sample()).examine() == .ok("as the package has them"))
    }

    @Test func withoutSystemdBothAreSkipped() {
        let units = Units.ask(runtimeFolder: "/nowhere", within: .seconds(20))
        let skipped = DoctorFinding.skipped("systemd does not run here")
        #expect(UnitsCheck(units: units).examine() == skipped)
        #expect(UnitFilesCheck(units: units).examine() == skipped)
    }

    @Test func whatSystemctlPrintsIsReadUnitByUnit() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        // As systemd 252 prints it: properties in its own order, `Listen` once for each address.
        let shown = """
            User=sessiond
            Id=sessiond.service
            LoadState=loaded
            MainPID=42

            Listen=/run/sessiond/sessiond.sock (Stream)
            Listen=/run/other.sock (Stream)
            Id=sessiond.socket
            LoadState=loaded

            Id=sessiond-key.service
            LoadState=not-found

            """
        try shown.write(toFile: folder.file("shown"), atomically: false, encoding: .utf8)
        let units = Units.ask(
            runtimeFolder: folder.path, program: try await script(#"cat "$(dirname "$0")/shown""#, in: folder),
            within: .seconds(20))
        #expect(units[.service]?.mainProcess == 42)
        #expect(units[.service]?["User"] == "sessiond")
        #expect(units[.key] == nil)
        #expect(units.socket(listeningOn: "/run/other.sock")?["Id"] == "sessiond.socket")
        #expect(units.socket(listeningOn: "/run/sessiond") == nil)
    }

    @Test func aSystemctlThatFailsOrHangsIsAWarning() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        func finding(_ body: String, _ limit: Duration) async throws -> DoctorFinding {
            let program = try await script(body, in: folder)
            return UnitsCheck(units: .ask(runtimeFolder: folder.path, program: program, within: limit)).examine()
        }
        let failed = try await finding("echo 'Failed to connect to bus' >&2; exit 1", .seconds(20))
        #expect(failed.result == .warning)
        #expect(failed.found == "systemctl show failed: Failed to connect to bus")
        let hung = try await finding("exec tail -f /dev/null", .milliseconds(100))
        #expect(hung.found == "systemctl show did not end in time")
    }

    @Test func versionsThatDifferNeedARestart() throws {
        let daemon = try DaemonFacts.sample(
            hello: #"{"protocol":1,"server":"sessiond/1.2.3","features":[],"capabilities":[]}"#)
        func finding(_ own: String) -> DoctorFinding {
            VersionsCheck(daemon: daemon, process: nil, restartHint: "restart", own: own).examine()
        }
        #expect(finding("1.2.3") == .ok("sessionctl and sessiond 1.2.3"))
        #expect(
            finding("1.3.0")
                == .warning(
                    "sessionctl is 1.3.0, and sessiond 1.2.3 runs",
                    hint: "restart; if that does not help, install the same version of both"))
        let silent = VersionsCheck(daemon: try .absent(), process: nil, restartHint: "restart", own: "1").examine()
        #expect(silent.result == .skipped)
    }

    @Test func aDaemonWhoseBinaryWasReplacedIsNoticed() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let copy = try Child(["/bin/cp", "/bin/sleep", folder.file("p")], environment: [], streams: [])
        #expect(await copy.status() == 0)
        let running = try Child([folder.file("p"), "60"], environment: [], streams: [])
        let daemon = try DaemonFacts.sample(
            hello: #"{"protocol":1,"server":"sessiond/1.2.3","features":[],"capabilities":[]}"#)
        let check = VersionsCheck(daemon: daemon, process: running.id, restartHint: "restart", own: "1.2.3")
        #expect(check.examine().result == .ok)
        unlink(folder.file("p"))
        #expect(
            check.examine() == .warning("sessiond 1.2.3 runs, and another one was installed since", hint: "restart"))
        kill(running.id, SIGKILL)
        #expect(await running.status() == 128 + SIGKILL)
    }
}
