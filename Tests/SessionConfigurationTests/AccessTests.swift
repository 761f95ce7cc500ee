// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import Testing

@Suite("Access rules", .timeLimit(.minutes(10)))
struct AccessTests {
    private func rules(_ lines: String) throws -> [AccessRule] {
        try load("[Access]\n" + lines).settings.access.rules
    }

    @Test func grantsAppsAndAdministratorsByDefault() throws {
        #expect(try rules("") == AccessRule.defaults)
        #expect(
            AccessRule.defaults.map(\.description) == [
                "identity.read,profile.read,token.read,session.touch,signIn.show,session.write group:sessiond",
                "all group:sessiond-admin",
            ]
        )
    }

    @Test func addsLinesToTheDefaults() throws {
        let found = try rules("Allow=token.read user:kiosk\nAllow=identity.read any\n")
        #expect(found.count == 4)
        #expect(Array(found.prefix(2)) == AccessRule.defaults)
        #expect(found[2].capabilities == [.tokenRead])
        #expect(found[2].subject == .user(.name("kiosk")))
        #expect(found[3].subject == .any)
    }

    @Test func removesAllBeforeAnEmptyLineTheDefaultsToo() throws {
        #expect(try rules("Allow=all any\nAllow=\n").isEmpty)
        #expect(try rules("Allow=\nAllow=admin user:0\n").map(\.description) == ["admin user:0"])
    }

    @Test func keepsTheLineOfEachRule() throws {
        let folder = try ConfigurationFolder()
        let path = try folder.write("a.conf", "[Access]\nAllow=\nAllow=all \\\n  any\nAllow=all group:a\n")
        let found = try ConfigurationLoader(.file(path)).load().settings.access.rules
        #expect(found.map(\.origin) == [.file(path: path, line: 3), .file(path: path, line: 5)])
    }

    @Test(
        "Reads every form of a subject",
        arguments: [
            ("any", .any), ("user:a", .user(.name("a"))), ("user:1000", .user(.id(1000))), ("group:0", .group(.id(0))),
            ("group:b-c_d.e$", .group(.name("b-c_d.e$"))), ("\"group:domain users\"", .group(.name("domain users"))),
            ("user:7up", .user(.name("7up"))), ("user:4294967294", .user(.id(4_294_967_294))),
        ] as [(String, AccessSubject)]
    )
    func subject(written: String, meant: AccessSubject) throws {
        let rule = try #require(try rules("Allow=\nAllow=admin \(written)\n").first)
        #expect(rule.subject == meant)
        #expect(rule.description == "admin \(written)")
    }

    @Test func readsAllAsEveryCapability() throws {
        #expect(try rules("Allow=\nAllow=all any\n").first?.capabilities == Set(Capability.allCases))
        #expect(try rules("Allow=\nAllow=admin,all any\n").first?.description == "all any")
    }

    @Test(
        "Refuses a rule that is none, with the grammar",
        arguments: [
            ("all", "not two words"), ("identity.read, token.read any", "no blanks behind the commas"),
            ("user:a all", "the subject comes behind the capabilities"),
            ("all any x", "not two words"),
            ("identity.red any", "an unknown capability; did you mean identity.read?"),
            ("all, any", "an unknown capability"),
            (",all any", "an unknown capability"), ("All any", "an unknown capability"),
            ("all sessiond", "not a subject, which is any, or begins with user: or group:"),
            ("all Any", "not a subject"), ("all user:", "no name in the subject"),
            ("all user:a:b", "a name that no user"),
            ("all group:a/b", "a name that no user"), ("all user:-a", "a name that no user"),
            ("all user:4294967295", "an id out of range"), ("all user:99999999999", "an id out of range"),
            ("all user:65534", "it is granted nothing"), ("all group:65534", "it is granted nothing"),
            ("all \"user:a", "the closing quote is missing"), ("all \"user:a\"b", "text after the closing quote"),
        ]
    )
    func refused(written: String, reason: String) throws {
        let found = try problems("[Access]\nAllow=\(written)\n")
        let problem = try #require(found.first)
        #expect(found.count == 1)
        #expect(problem.contains(reason))
        #expect(problem.contains("; expected CAPABILITY[,CAPABILITY...] SUBJECT"))
        #expect(problem.contains("identity.read, profile.read, token.read"))
    }
}
