// SPDX-License-Identifier: Apache-2.0

import Testing

/// sessiond-security(7): a promise without a test is none.
@Suite(.timeLimit(.minutes(10))) struct SecurityPageTests {
    private let page: ManualPage

    init() throws { page = try ManualPage("sessiond-security.7") }

    private var promises: [(section: String, entry: ManualPage.Entry)] {
        let others = ["NAME", "DESCRIPTION", "WHAT IS NOT PROMISED", "SEE ALSO"]
        return page.sections.filter { !others.contains($0) }
            .flatMap { section in page.entries(of: section).map { (section, $0) } }
    }

    @Test func provesEveryPromise() {
        #expect(promises.count > 20)
        for (section, entry) in promises {
            #expect(!NamedTest.all(in: entry.lines).isEmpty, "\(section): \(ManualPage.text(entry.lines))")
        }
    }

    @Test func namesTestsThatThereAre() throws {
        for test in Set(promises.flatMap { NamedTest.all(in: $0.entry.lines) }) {
            #expect(try test.exists, "\(test.folder)/\(test.suite).\(test.name)")
        }
    }
}
