// SPDX-License-Identifier: Apache-2.0

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
        return NamesCheck(settings: settings, daemon: daemon, remedies: .service) { names in
            Dictionary(uniqueKeysWithValues: names.map { ($0, answers[$0] ?? .absent) })
        }.examine()
    }

    @Test func namesThatCanBeLookedUpAreWellAndThoseOfTheDefaultsMayBeMissing() throws {
        let daemon = try DaemonFacts.sample()
        #expect(
            finding([Self.tills: .found(7), Self.ann: .found(8)], daemon: daemon)
                == .ok("every name in [Access] can be looked up"))
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
