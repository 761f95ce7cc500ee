// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import Testing

/// Every verb against a daemon where all is well.
@Suite(.timeLimit(.minutes(10))) struct AnswersTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let parameters: String
        var input: String?
        let output: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let uuid = Sample.uuid + "\n"
    static let signedIn = """
        State:            signedIn
        Signed in:        yes
        Login:            customer@example.com
        UUID:             345d4c8f-5aff-591d-a19c-1ca48923d9ee, derived
        Client ID:        12345
        E-mail label:     label@example.com
        Identifier label: till 4
        Token:            valid, SYNERISE
        Expires:          2026-11-23T06:02:03Z, in 59 min 59 s
        Generation:       8
        Authority:        local, on this device
        Store:            ok, encrypted

        """
    static let anonymous = """
        State:      anonymous
        Signed in:  no
        UUID:       345d4c8f-5aff-591d-a19c-1ca48923d9ee, generated
        Token:      valid, ANONYMOUS
        Expires:    2026-11-23T06:02:03Z, in 59 min 59 s
        Generation: 7
        Authority:  local, on this device
        Store:      ok, not encrypted

        """

    static let reads = [
        Case(arguments: ["status"], parameters: "{}", output: anonymous),
        Case(arguments: ["uuid"], parameters: "{}", output: uuid),
        Case(arguments: ["uuid", "--for-auth-id", "a"], parameters: #"{"authID":"a"}"#, output: uuid),
        Case(arguments: ["token"], parameters: "{}", output: "header.payload.signature\n"),
        Case(
            arguments: ["token", "--header", "--min-valid", "60", "--allow-stale", "--require-signed-in"],
            parameters: #"{"minimumValiditySeconds":60,"allowStale":true,"requireSignedIn":true}"#,
            output: "Authorization: Bearer header.payload.signature\n"
        ),
        Case(
            arguments: ["refresh"], parameters: "{}",
            output: """
                Token:      valid, ANONYMOUS
                Expires:    2026-11-23T06:02:03Z, in 59 min 59 s
                UUID:       345d4c8f-5aff-591d-a19c-1ca48923d9ee
                Generation: 7

                """
        ),
        Case(arguments: ["touch"], parameters: "{}", output: ""),
        Case(arguments: ["metrics"], parameters: "{}", output: "# EOF\n"),
        Case(arguments: ["health"], parameters: "{}", output: "ready\n"),
        Case(
            arguments: ["info"], parameters: "{}",
            output: """
                Server:        sessiond/1.0.0
                Protocol:      1
                Started:       2026-11-23T05:02:03Z
                Configuration: /etc/sessiond/sessiond.conf
                Loaded:        2026-11-23T05:02:03Z
                Public key:    {"kty":"EC","kid":"k1"}

                """
        ),
        Case(
            arguments: ["reload"], parameters: "{}",
            output: """
                Applied:         Synerise.APIKeyFile, Limits.Connections
                Needs a restart: Store.Seal
                Session:         has ended

                """
        ),
        Case(
            arguments: ["reload", "--dry-run"], parameters: #"{"dryRun":true}"#,
            output: """
                To apply:        Synerise.APIKeyFile, Limits.Connections
                Needs a restart: Store.Seal
                Session:         would end

                """
        ),
        Case(arguments: ["reload", "--json"], parameters: "{}", output: Sample.reload + "\n"),
        Case(arguments: ["log-level", "debug"], parameters: #"{"level":"debug"}"#, output: ""),
        Case(arguments: ["--timeout", "2.5", "uuid"], parameters: #"{"_deadlineSeconds":2.5}"#, output: uuid),
        Case(arguments: ["uuid", "--timeout", "2.5"], parameters: #"{"_deadlineSeconds":2.5}"#, output: uuid),
        Case(arguments: ["uuid", "--timeout=2s 500ms"], parameters: #"{"_deadlineSeconds":2.5}"#, output: uuid),
        Case(arguments: ["uuid", "--timeout", "5min"], parameters: #"{"_deadlineSeconds":300.0}"#, output: uuid),
        Case(
            arguments: ["token", "--min-valid", "1min 1ms"], parameters: #"{"minimumValiditySeconds":61}"#,
            output: "header.payload.signature\n"),
        Case(arguments: ["--quiet", "status"], parameters: "{}", output: ""),
        Case(arguments: ["--json", "status"], parameters: "{}", output: Sample.status + "\n"),
        Case(arguments: ["touch", "--json"], parameters: "{}", output: "{}\n"),
    ]

    static let changes = [
        Case(arguments: ["regenerate"], parameters: "{}", output: uuid),
        Case(
            arguments: ["regenerate", "--identifier", "i", "--if-generation", "7", "--yes"],
            parameters: #"{"clientIdentifier":"i","ifGeneration":7}"#, output: uuid
        ),
        Case(
            arguments: ["regenerate", "--identifier-stdin"], parameters: #"{"clientIdentifier":"i j"}"#,
            input: "i j\n", output: uuid
        ),
        Case(arguments: ["destroy"], parameters: "{}", output: uuid),
        Case(
            arguments: ["destroy", "--discard-unreadable", "--yes"], parameters: #"{"discardUnreadable":true}"#,
            output: uuid
        ),
        Case(
            arguments: ["sign-out"], parameters: "{}",
            output: """
                Changed:    yes
                Authority:  need not be told
                UUID:       345d4c8f-5aff-591d-a19c-1ca48923d9ee
                Generation: 9

                """
        ),
        Case(
            arguments: ["sign-out", "--destroy", "--all-devices", "--quiet"],
            parameters: #"{"mode":"destroy","fromAllDevices":true}"#, output: ""
        ),
        Case(
            arguments: ["identity", "set", "--email", "e"], parameters: #"{"customEmail":"e"}"#, output: anonymous),
        Case(
            arguments: ["identity", "clear"], parameters: #"{"customEmail":null,"customIdentifier":null}"#,
            output: anonymous
        ),
        Case(
            arguments: ["identity", "clear", "--identifier"], parameters: #"{"customIdentifier":null}"#,
            output: anonymous
        ),
    ]

    static let authentications = [
        Case(
            arguments: ["sign-in", "--email", "e"], parameters: #"{"email":"e","password":"p w"}"#, input: "p w\n",
            output: signedIn
        ),
        Case(
            arguments: [
                "sign-in", "--custom-id", "c", "--password-file", "-", "--auth-id", "a", "--conditional",
                "--agreements",
                #"{"email":true}"#, "--attributes", "{}", "--if-generation", "7",
            ],
            parameters: #"""
                {"customID":"c","password":"p","authID":"a","conditional":true,"agreements":{"email":true},\#
                "attributes":{},"ifGeneration":7}
                """#,
            input: "p\r\n", output: signedIn
        ),
        Case(
            arguments: ["authenticate", "--provider", "google"],
            parameters: #"{"provider":"GOOGLE","providerToken":"t"}"#, input: "t", output: signedIn
        ),
        Case(
            arguments: [
                "authenticate-with-token", "--expires-at", "2026-11-23T05:02:03Z", "--origin", "SYNERISE", "--uuid",
                Sample.uuid.uppercased(), "--client-id", "1", "--custom-id", "c", "--realm", "r", "--auth-id", "a",
            ],
            parameters: #"""
                {"token":"t","expiresAt":"2026-11-23T05:02:03Z","origin":"SYNERISE","uuid":"\#(Sample.uuid)",\#
                "clientID":"1","customID":"c","realm":"r","authID":"a"}
                """#,
            input: "t\n", output: signedIn
        ),
        Case(
            arguments: [
                "simple-authenticate", "--email", "e", "--auth-id", "a", "--uuid", Sample.uuid, "--profile",
                #"{"a":1.50}"#,
            ],
            parameters: #"{"email":"e","uuid":"\#(Sample.uuid)","authID":"a","profile":{"a":1.50}}"#, output: signedIn
        ),
    ]

    @Test(arguments: reads + changes + authentications)
    func eachVerbIsOneRequestAndPrintsItsAnswer(verb: Case) async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let run = try await Tool(daemon, input: verb.input).run(verb.arguments)
        #expect(run == Tool.Run(status: 0, output: verb.output, errors: ""))
        for await request in daemon.arrivals.prefix(1) {
            #expect(request.line.hasSuffix(#","params":\#(verb.parameters)}"#))
        }
    }

    @Test(arguments: [(Sample.status, "no\n", 3), (Sample.signedIn, "yes\n", 0)] as [(String, String, Int32)])
    func isSignedInAnswersByItsStatus(answer: String, output: String, status: Int32) async throws {
        let daemon = try FakeDaemon.answering { _ in .result(answer) }
        defer { daemon.stop() }
        let expected = Tool.Run(status: status, output: output, errors: "")
        #expect(try await Tool(daemon).run("is-signed-in") == expected)
        let quiet = Tool.Run(status: status, output: "", errors: "")
        #expect(try await Tool(daemon).run("is-signed-in", "--quiet") == quiet)
    }

    @Test func reloadThatChangesNothingSaysSo() async throws {
        let daemon = try FakeDaemon.answering { _ in
            .result(#"{"applied":[],"needsRestart":[],"endsSession":false}"#)
        }
        defer { daemon.stop() }
        let expected = Tool.Run(status: 0, output: "Applied: nothing\nSession: goes on\n", errors: "")
        #expect(try await Tool(daemon).run("reload") == expected)
    }

    @Test(
        arguments: [
            ([], "is not served, storeLocked: no key"),
            (["--dry-run"], "would be tried again; now storeLocked: no key"),
        ] as [([String], String)])
    func reloadSaysThatASessionIsNotServed(options: [String], fate: String) async throws {
        let daemon = try FakeDaemon.answering { request in
            request.method == "daemon.health"
                ? .result(#"{"ready":false,"problems":[{"name":"storeLocked","hint":"no key"}]}"#)
                : .result(#"{"applied":[],"needsRestart":[],"endsSession":false}"#)
        }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run(["reload"] + options)
        let last = run.output.split(separator: "\n").last
        #expect(run.status == 0 && last?.hasPrefix("Session:") == true && last?.hasSuffix(" \(fate)") == true)
    }

    @Test func whatWorksButForSomethingIsDegraded() async throws {
        let problem = #"{"ready":true,"problems":[{"name":"authorityUnavailable","hint":"it is down"}]}"#
        let daemon = try FakeDaemon.answering { _ in .result(problem) }
        defer { daemon.stop() }
        let expected = Tool.Run(status: 0, output: "degraded\nauthorityUnavailable: it is down\n", errors: "")
        #expect(try await Tool(daemon).run("health") == expected)
        let waited = Tool.Run(
            status: 0, output: "ready, degraded: authorityUnavailable: it is down\n", errors: "")
        #expect(try await Tool(daemon).run("wait", "--for=ready") == waited)
    }

    @Test func anAuthorityThatWasNotAskedIsNotCalledReachable() async throws {
        for (authority, line) in [
            (
                #"{"kind":"synerise","reachable":true}"#,
                "synerise, no answer since sessiond was started: it is asked when a token or a sign-in needs it"
            ),
            (
                #"{"kind":"synerise","reachable":true,"nextAttemptAt":"2026-11-23T05:02:03Z"}"#,
                "synerise, no answer since sessiond was started"
            ),
            (#"{"kind":"synerise","reachable":true,"lastError":"authorityRejected 401"}"#, "synerise, reachable"),
            (#"{"kind":"synerise","reachable":false,"lastError":"authorityUnavailable"}"#, "synerise, not reachable"),
            (#"{"kind":"synerise","reachable":true,"lastAnsweredAt":"2026-11-23T05:02:04Z"}"#, "synerise, reachable"),
            (#"{"kind":"local","reachable":true}"#, "local, on this device"),
        ] {
            let answer = Sample.status.replacing(#"{"kind":"local","reachable":true}"#, with: authority)
            let daemon = try FakeDaemon.answering { _ in .result(answer) }
            defer { daemon.stop() }
            let lines = try await Tool(daemon).run("status").output.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("Authority: ") && $0.hasSuffix("  \(line)") }, "\(lines)")
        }
    }

    @Test func healthThatIsNoneIsNo() async throws {
        let problem = #"{"ready":false,"problems":[{"name":"storeFailed","hint":"free some space"}]}"#
        let daemon = try FakeDaemon.answering { _ in .result(problem) }
        defer { daemon.stop() }
        let expected = Tool.Run(status: 3, output: "not ready\nstoreFailed: free some space\n", errors: "")
        #expect(try await Tool(daemon).run("health") == expected)
    }

    @Test func aConditionOtherThanSuccessIsNo() async throws {
        let answer = #"{"condition":"UNAUTHORIZED","conditions":["x"],"session":\#(Sample.status)}"#
        let daemon = try FakeDaemon.answering { _ in .result(answer) }
        defer { daemon.stop() }
        let run = try await Tool(daemon, input: "p").run("sign-in", "--email", "e", "--conditional")
        #expect(run.status == 3)
        #expect(run.output == "Condition:  UNAUTHORIZED\nConditions: [\"x\"]\n\n" + AnswersTests.anonymous)
    }

    @Test func jsonKeepsWhatThisVersionDoesNotKnow() async throws {
        let daemon = try FakeDaemon.answering { _ in .result(Sample.signedIn) }
        defer { daemon.stop() }
        #expect(try await Tool(daemon).run("status", "--json").output == Sample.signedIn + "\n")
    }

    @Test func aChangeThatIsNotStoredYetIsAWarning() async throws {
        let daemon = try FakeDaemon.answering { _ in
            .result(#"{"uuid":"\#(Sample.uuid)","generation":8,"durable":false}"#)
        }
        defer { daemon.stop() }
        let run = try await Tool(daemon).run("destroy")
        #expect(run.status == 0)
        #expect(run.output == AnswersTests.uuid)
        #expect(
            run.errors == "warning: the change holds, but could not be stored yet: see sessionctl health\n")
    }

    @Test func theOptionWinsOverTheEnvironment() async throws {
        let daemon = try FakeDaemon.answering { _ in .result(Sample.uuidAnswer) }
        defer { daemon.stop() }
        var tool = Tool()
        tool.socket = "/nowhere/s"
        #expect(try await tool.run("uuid", "--socket", daemon.path).output == AnswersTests.uuid)
    }
}

extension AnswersTests {
    /// `token` and `uuid` are read without ArgumentParser; an option with its value behind a `=` is not.
    @Test(
        arguments: [
            ["uuid"], ["uuid", "--quiet"], ["token"], ["token", "--header"], ["token", "--min-valid", "60"],
            ["token", "--min-valid", "-1"], ["token", "--min-valid", "x"], ["token", "--min-valid"],
            ["token", "--allow-stale", "--require-signed-in", "--allow-stale"], ["token", "--socket", "/nowhere/s"],
            ["token", "--socket"], ["uuid", "--header"], ["uuid", "extra"],
        ]
    )
    func itDoesNotMatterWhoReadsTheCommandLine(arguments: [String]) async throws {
        var runs: [Tool.Run] = []
        var lines: [[String]] = []
        for place in 0..<3 {
            let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
            defer { daemon.stop() }
            let first = [[], ["--json"], ["--json", "--socket=\(daemon.path)"]][place]
            runs.append(try await Tool(daemon).run(first + arguments + (place == 0 ? ["--json"] : [])))
            daemon.stop()
            var received: [String] = []
            for await request in daemon.arrivals { received.append(request.line) }
            lines.append(received)
        }
        #expect(runs.allSatisfy { $0 == runs[2] }, "\(runs)")
        #expect(lines.allSatisfy { $0 == lines[2] }, "\(lines)")
    }
}
