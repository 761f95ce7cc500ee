// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import Testing

/// `docs/behaviour.md` and `docs/authorities.md`: each invariant has its number and its tests, and each citation leads to
/// one.
@Suite(.timeLimit(.minutes(10))) struct BehaviourDocumentTests {
    private static let documents = ["docs/behaviour.md", "docs/authorities.md"]

    private let invariants: [Invariant]

    init() throws { invariants = try Self.documents.flatMap { try Invariant.all(in: $0) } }

    @Test(arguments: documents)
    func hasInvariants(document: String) {
        #expect(
            invariants.count { $0.document == document } > 20,
            "\(document): each is an item of a list, \"- **S1** A sentence. Held by `SomeTests`.\"")
    }

    @Test func numbersAreUniqueAndWithoutGaps() {
        for (letter, invariants) in Dictionary(grouping: invariants, by: \.letter) {
            let numbers = invariants.map(\.number).sorted()
            let path = invariants[0].document
            #expect(
                numbers == Array(1...numbers.count),
                "\(path): number \(letter) from 1 to \(numbers.count), the newest last: \(numbers)")
        }
    }

    @Test func noLetterIsInTwoDocuments() {
        for (letter, invariants) in Dictionary(grouping: invariants, by: \.letter) {
            let paths = Set(invariants.map(\.document)).sorted()
            #expect(paths.count == 1, "\(letter) is in \(paths): take a letter for the new chapter that neither has")
        }
    }

    @Test func everyInvariantNamesASuite() {
        for invariant in invariants where !invariant.isWithdrawn {
            #expect(
                !invariant.suites.isEmpty && invariant.text.hasSuffix("`."),
                "\(invariant.document), \(invariant.name): end it with \"Held by `Suite`, `module.Class`.\"")
        }
    }

    @Test func namesSuitesThatThereAre() throws {
        let suites = try TestSuites()
        for invariant in invariants {
            for name in invariant.suites {
                #expect(
                    suites.names.contains(name),
                    "\(invariant.document), \(invariant.name): no suite is called \(name): name the one that holds it")
            }
        }
    }

    @Test(arguments: documents)
    func refersToInvariantsThatThereAre(document: String) throws {
        let known = Set(invariants.map(\.name))
        // E1 to E9 are the calls of the REST API.
        for match in try Package.text(document).matches(of: /\b([A-DF-Z][0-9]{1,2})\b/) {
            let name = String(match.1)
            #expect(known.contains(name), "\(document) refers to \(name), which is not there: write the right one")
        }
    }

    @Test func everyCitationLeadsToAnInvariant() throws {
        for file in try Package.files() {
            for citation in Citation.all(in: file.text) where Self.documents.contains(citation.document) {
                let known = invariants.filter { $0.document == citation.document }.map(\.name)
                for name in citation.names {
                    #expect(
                        known.contains(name),
                        "\(file.path) cites \(citation.document), \(name), which is not there: cite the right one")
                }
            }
        }
    }

    @Test func saysInWhichOrderTheEventsOfOneMutationAre() throws {
        let text = try #require(invariants.first { $0.name == "G8" }).text
        let order = text.firstMatch(of: /in the order (.*?), each with/)?.1.matches(of: /`(\w+)`/).map { String($0.1) }
        // The other two end the watching.
        let kinds = EventKind.all.filter { ![.overflow, .revoked].contains($0) }
        #expect(
            order == kinds.map(\.rawValue),
            "docs/behaviour.md, G8: name each kind of event, in the order of EventKind.all")
    }

    @Test(arguments: KnownAuthority.allCases)
    func everyAuthorityHasAChapterWithInvariants(authority: KnownAuthority) throws {
        let chapters = try Package.text("docs/authorities.md").split(separator: "\n## ").dropFirst()
        let name = authority.kind.name
        let own = chapters.first { $0.prefix { $0 != "\n" }.lowercased().contains(name) }
        #expect(
            own?.contains(/\n- \*\*[A-Z]1\*\*/) == true,
            "docs/authorities.md: write a chapter whose title has the word \(name), with invariants: what it does")
    }

    // What the project was once designed by is not in the repository.
    @Test func citesNothingThatIsNotInTheRepository() throws {
        let absent = ["DESIGN", "SYNERISE"].map { "\($0).md" }
        for file in try Package.files() {
            for name in absent {
                #expect(
                    !file.text.contains(name),
                    "\(file.path) cites \(name): cite an invariant, such as \"docs/behaviour.md, S7\"")
            }
        }
    }

    @Test(arguments: documents)
    func wrapsItsLines(document: String) throws {
        for line in try Package.text(document).split(separator: "\n") where !line.hasPrefix("|") {
            #expect(line.count <= 120, "\(document): wrap at 120 columns: \(line)")
        }
    }
}
