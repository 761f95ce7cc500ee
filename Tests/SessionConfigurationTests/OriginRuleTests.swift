// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionConfiguration
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct OriginRuleTests {
    private static let till = "https://till.example.com"

    private func access(_ lines: String) throws -> Settings.Access { try load("[Access]\n" + lines).settings.access }

    private func pages(_ lines: String) throws -> [String] { try access(lines).originRules.map(\.description) }

    @Test func noOriginHasAnythingByDefault() throws {
        #expect(try pages("").isEmpty)
    }

    @Test func linesAddUpAndKeepTheirPlaces() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write(
            "a.conf",
            "[Access]\nAllowOrigin=session.touch,identity.read \(Self.till)\nAllowOrigin=token.read https://b\n")
        let found = try ConfigurationLoader(.file(path)).load().settings.access.originRules
        #expect(found.map(\.description) == ["identity.read,session.touch \(Self.till)", "token.read https://b"])
        #expect(found.map(\.origin) == [.file(path: path, line: 2), .file(path: path, line: 3)])
    }

    @Test func anEmptyLineRemovesThoseOfItsOwnKindAlone() throws {
        let lines = "AllowOrigin=token.read \(Self.till)\n"
        #expect(try pages(lines + "AllowOrigin=\n").isEmpty)
        #expect(try pages(lines + "Allow=\n").count == 1)
        #expect(try access(lines + "Allow=\n").rules.isEmpty)
        #expect(try access(lines + "AllowOrigin=\n").rules == AccessRule.defaults)
    }

    @Test(
        "Refuses what pages cannot have, and what is no origin, with the form to write",
        arguments: [
            ("all https://a.example", "all, which pages cannot have"),
            ("admin https://a.example", "admin, which pages"),
            ("identity.read,all https://a.example", "all, which pages cannot have"),
            ("identity.read,admin https://a.example", "admin, which pages"),
            ("identity.read any", "any, for pages of the whole web"), ("identity.read user:1", "does not begin with"),
            ("identity.read", "not two words"), ("identity.read, token.read https://a", "no blanks behind the commas"),
            ("identity.read https://a https://b", "not two words"),
            ("identity.red https://a.example", "an unknown capability"),
            (", https://a.example", "an unknown capability"),
            ("identity.read https://A.example/x", "write https://a.example;"),
            ("identity.read https://*.example", "a wildcard"),
            ("identity.read http://a.example", "http to another device"),
            ("identity.read https://ann:secret@a.example", "a user or password"),
        ])
    func refused(written: String, reason: String) throws {
        let found = try problems("[Access]\nAllowOrigin=\(written)\n")
        let problem = try #require(found.first)
        #expect(found.count == 1 && problem.contains(reason), "\(problem)")
        #expect(problem.contains("; expected CAPABILITY[,CAPABILITY...] ORIGIN"))
        #expect(!problem.contains("secret"))
    }

    @Test func warnsOfAPortThatAnyLocalUserCanTake() throws {
        let loaded = try load(
            "[Access]\nAllowOrigin=token.read http://localhost:8080\nAllowOrigin=token.read \(Self.till)\n")
        #expect(loaded.warnings.count == 1)
        let warning = try #require(loaded.warnings.first)
        #expect("\(warning)".contains(":2: AllowOrigin=: http://localhost:8080 is whatever program has that port"))
    }
}
