// SPDX-License-Identifier: Apache-2.0

import SessionServer
import Testing

@testable import SessionctlCommands

/// sessionctl(1) and sessiond(8), against what no help says; their options are looked at with the programs themselves.
@Suite(.timeLimit(.minutes(10))) struct ProgramPageTests {
    private func statuses(_ page: String) throws -> [Int32] {
        try ManualPage(page).entries(of: "EXIT STATUS").compactMap { $0.head.first.flatMap { Int32($0) } }
    }

    @Test func sessionctlHasEveryExitStatusOfItsPage() throws {
        #expect(try statuses("sessionctl.1") == ExitStatus.allCases.map(\.rawValue).sorted())
    }

    @Test func sessionctlsPageNamesEveryCheckOfDoctor() throws {
        let names = try Package.swiftTexts(below: "Sources/Apps/SessionctlCommands/Doctor/Checks").flatMap { source in
            source.matches(of: /struct (\w+): DoctorCheck\b[^"]*\bstatic let name = "(\w+)"/).map { ($0.1, $0.2) }
        }
        let byType = Dictionary(uniqueKeysWithValues: names)
        let doctor = try Package.text("Sources/Apps/SessionctlCommands/Doctor/Doctor.swift")
        let made = doctor.matches(of: /(?m)^ {12}(\w+Check)[.(]/).map { byType[$0.1] }
        #expect(made.count == names.count && made.count > 10)
        let documented = try ManualPage("sessionctl.1").lines(of: "The daemon").compactMap { line in
            line.hasPrefix(".It Li ") ? line.dropFirst(7) : nil
        }
        #expect(
            documented == made,
            "man/sessionctl.1, doctor: name each check, in the order of Doctor.swift, and say what it looks at")
    }

    @Test func theDaemonHasEveryExitStatusOfItsPage() throws {
        let source = try Package.text("Sources/Daemon/SessionDaemon/StartFailure.swift")
        let failures = source.matches(of: /static let \w+: Int32 = (\d+)/).compactMap { Int32($0.1) }
        #expect(failures.count > 2)
        // Success, and a wrong command line, are ArgumentParser's.
        #expect(try statuses("sessiond.8") == ([0, 64] + failures).sorted())
    }

    @Test func hasEveryFieldOfTheJournal() throws {
        let modules = ["Sources/Daemon/SessionServer", "Sources/Daemon/SessionDaemon", "Sources/Daemon/sessiond"]
        let fields = try modules.flatMap(Package.swiftTexts).flatMap { source in
            source.matches(of: /"([A-Z]+_[A-Z_]+|OUTCOME|REASON)"(?:\]| ?:)/).map { String($0.1) }
        }
        let documented = try ManualPage("sessiond.8").entries(of: "Fields").flatMap { $0.words("Va") }
        #expect(documented.sorted() == Set(fields).sorted())
    }

    @Test func hasEveryKindOfJournalEntry() throws {
        let documented = try ManualPage("sessiond.8").entries(of: "Kinds of entries").flatMap { $0.words("Li") }
        #expect(
            documented == JournalEvent.allCases.map(\.rawValue),
            "man/sessiond.8, Kinds of entries: an entry for each JournalEvent, in their order")
    }
}
