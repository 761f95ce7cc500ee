// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// The table of methods in the README.
@Suite(.timeLimit(.minutes(10))) struct ReadmeTests {
    /// The methods that its rows name; `.authenticate` has the beginning of the one before it.
    private static func methods() throws -> [String] {
        let rest = try #require(try Package.text("README.md").split(separator: "| method | what it does |").last)
        let rows = rest.split(separator: "\n").prefix { $0.hasPrefix("|") }.joined()
        var beginning = ""
        return rows.matches(of: /`((?:[a-z]+)?)\.(\w+)`/).map { match in
            if !match.1.isEmpty { beginning = String(match.1) }
            return "\(beginning).\(match.2)"
        }
    }

    @Test func namesMethodsThatThereAreAndEachOnce() throws {
        let methods = try Self.methods()
        #expect(Set(methods).isSubset(of: Method.allCases.map(\.rawValue)))
        #expect(Set(methods).count == methods.count)
    }

    @Test func leavesNoMethodOutThatIsInThisVersion() throws {
        let page = try ManualPage("sessiond-protocol.7")
        let entries = page.entries(of: "METHODS").filter { !$0.lines.contains("Not in this version:") }
        let missing = Set(entries.flatMap { $0.words("Ic") }).subtracting(try Self.methods())
        #expect(missing.isEmpty, "README.md, the table of methods: write what \(missing.sorted()) does")
    }
}
