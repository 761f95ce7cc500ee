// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@Suite("Values", .timeLimit(.minutes(10)))
struct ValueTests {
    @Test(
        "Reads booleans as systemd does",
        arguments: [
            ("yes", "yes"), ("TRUE", "yes"), ("On", "yes"), ("1", "yes"), ("y", "yes"), ("t", "yes"),
            ("no", "no"), ("False", "no"), ("off", "no"), ("0", "no"), ("n", "no"), ("f", "no"),
        ]
    )
    func boolean(text: String, meant: String) throws {
        let value = try effective("Session.DestroyOnAPIKeyChange", "[Session]\nDestroyOnAPIKeyChange=\(text)\n")
        #expect(value == meant)
    }

    @Test(
        "Reads sizes to the base of 1024",
        arguments: [
            ("65536", 65_536), ("64K", 65_536), ("1M", 1_048_576), ("1 M", 1_048_576), ("1G", 1_073_741_824),
            ("70000B", 70_000),
        ]
    )
    func size(text: String, bytes: Int) throws {
        #expect(try load("[Limits]\nUnsentBytes=\(text)\n").settings.limits.unsentBytes == bytes)
    }

    @Test(
        "Reads 0 and infinity as never",
        arguments: ["0", "0s", "infinity", ""]
    )
    func never(text: String) throws {
        let settings = try load("[Session]\nIdleTimeoutSec=5min\nIdleTimeoutSec=\(text)\n").settings
        #expect(settings.session.idleTimeout == nil)
        #expect(try load("[Session]\nIdleTimeoutSec=5min\n").settings.session.idleTimeout == .seconds(300))
    }

    @Test(
        "Reads the words of closed sets",
        arguments: [
            ("Session", "EndAction", ["signOut", "destroy"]), ("Store", "Seal", ["auto", "required", "no"]),
            ("Store", "OtherMachine", ["fresh", "keep"]), ("Access", "LogTokenReads", ["no", "first", "all"]),
        ]
    )
    func choice(section: String, key: String, words: [String]) throws {
        for word in words {
            #expect(try effective("\(section).\(key)", "[\(section)]\n\(key)=\(word)\n") == word)
        }
    }

    @Test func keepsTheSaltByteForByte() throws {
        let settings = try load("[Session]\nIdentifierSalt = a \\n \"b\" z\u{301} \n").settings
        #expect(Array(settings.session.identifierSalt.utf8) == Array("a \\n \"b\" z\u{301}".utf8))
        let quoted = try load("[Session]\nIdentifierSalt=\"  a \"\n").settings
        #expect(quoted.session.identifierSalt == "  a ")
    }

    @Test func readsDeviceIDAsAutoOrText() throws {
        #expect(try load("[Synerise]\nDeviceID=auto\n").settings.synerise.deviceID == .automatic)
        #expect(try load("[Synerise]\nDeviceID=till 7\n").settings.synerise.deviceID == .fixed("till 7"))
    }

    @Test(
        "Refuses a value out of its form or range",
        arguments: [
            ("Local", "TokenLifetimeSec=0", "out of range"), ("Local", "TokenLifetimeSec=366d", "out of range"),
            ("Local", "TokenLifetimeSec=infinity", "infinity is not possible here"),
            ("Local", "TokenLifetimeSec=soon", "not a time span"),
            ("Session", "IdleTimeoutSec=500ms", "out of range"), ("Session", "WarnBeforeSec=2d", "out of range"),
            ("Session", "DestroyOnAPIKeyChange=maybe", "not a boolean"),
            ("Session", "EndAction=signout", "not one of these words; did you mean signOut?"),
            ("Session", "EndAction=destroy # all", "not one of these words; a comment needs a line of its own"),
            ("Authority", "Kind=\u{212A}ind", "not one of these words"),
            ("Limits", "Connections=0", "out of range"), ("Limits", "Connections=65537", "out of range"),
            ("Limits", "Connections=-1", "not a whole number"), ("Limits", "Connections=1K", "not a whole number"),
            ("Limits", "Connections=99999999999999999999", "out of range"),
            ("Limits", "UnsentBytes=1", "out of range"), ("Limits", "UnsentBytes=M", "not a size"),
            ("Limits", "UnsentBytes=1\u{212A}", "not a size"), ("Limits", "UnsentBytes=1.5M", "not a size"),
            ("Limits", "UnsentBytes=9999999999999G", "out of range"),
            ("Local", "AccountsFile=accounts", "does not begin with /"),
            ("Session", "IdentifierSalt=\"a", "the closing quote is missing"),
        ]
    )
    func refused(section: String, line: String, reason: String) throws {
        let found = try problems("[\(section)]\n\(line)\n")
        let problem = try #require(found.first)
        let name = line.prefix { $0 != "=" }
        let key = try #require(SettingKey.all.first { $0.name == name })
        #expect(found.count == 1)
        #expect(problem.hasPrefix("test.conf:2: \(name)=: \""))
        #expect(problem.hasSuffix("cannot be used: \(reason); expected \(key.form)"))
    }

    @Test func cutsALongValueAndEscapesWhatATerminalWouldObey() throws {
        let found = try problems("[Store]\nSeal=\u{1B}[31m\u{202E}\(String(repeating: "x", count: 500))\n")
        let problem = try #require(found.first)
        #expect(problem.contains("\"\\u{1b}[31m\\u{202e}xxx"))
        #expect(problem.contains("x…\" cannot be used"))
        #expect(problem.utf8.count < 250)
    }
}
