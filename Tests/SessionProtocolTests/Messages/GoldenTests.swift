// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import TestSupport

@Suite("Golden messages", .timeLimit(.minutes(10)))
struct GoldenTests {
    @Test("a request reads from its line and writes it again, byte for byte", arguments: GoldenRequest.all)
    func request(_ golden: GoldenRequest) throws {
        let lines = try Golden.lines(golden.name)
        #expect(lines.count == golden.count)
        for (number, line) in lines.prefix(golden.count).enumerated() { try golden.check(line, number) }
    }

    @Test("an answer reads from its line and writes it again, byte for byte", arguments: GoldenAnswer.all)
    func answer(_ golden: GoldenAnswer) throws {
        let lines = try Golden.lines(golden.name)
        #expect(lines.count == golden.count)
        for (number, line) in lines.prefix(golden.count).enumerated() { try golden.check(line, number) }
    }

    @Test("an error of each name reads from its line and writes it again, byte for byte")
    func errors() throws {
        let lines = try Golden.lines("SessionError")
        #expect(lines.count == ErrorName.all.count)
        for (number, (line, (name, properties))) in zip(lines, ErrorName.all).enumerated() {
            guard case .error(let id, let error) = try ResponseLine(line: bytes(line).span) else {
                Issue.record("no error: \(line)")
                continue
            }
            #expect(error == goldenError(name))
            #expect(error.code == properties.code)
            #expect(id == nil || id == Int64(number + 1))
            let written = ResponseLine.line(id: bytes(id.map { "\($0)" } ?? "null"), error: error)
            #expect(String(decoding: written, as: UTF8.self) == line + "\n")
        }
    }

    @Test func originsThatAreListedAnewReadFromTheirLineAndWriteIt() throws {
        let lines = try Golden.lines("OriginsChanged")
        for (line, answer) in zip(lines, [GoldenAnswer.origins, OriginsAnswer(origins: [])]) {
            guard case .notification(let method, let json) = try ResponseLine(line: bytes(line).span) else {
                Issue.record("no notification: \(line)")
                continue
            }
            #expect(method == OriginsAnswer.notification)
            #expect(try OriginsAnswer(json: json) == answer)
            #expect(String(decoding: answer.notificationLine, as: UTF8.self) == line + "\n")
        }
        #expect(lines.count == 2)
    }

    @Test("every message that the module declares has its file, and every file its message")
    func filesAreComplete() throws {
        let names = Set(GoldenRequest.all.map(\.name) + GoldenAnswer.all.map(\.name))
        let declared = try Golden.declaredMessages()
        #expect(
            declared == names,
            """
            \(declared.symmetricDifference(names)): in Tests/SessionProtocolTests/Messages, GoldenRequest.all and \
            GoldenAnswer.all have an entry for each message
            """)
        let files = try Golden.names()
        #expect(
            files == names.union(["SessionError", "SessionEvent", "OriginsChanged"]),
            "\(files.symmetricDifference(names)): Tests/SessionProtocolTests/Golden has a file for each message")
    }

    @Test("every method has a request")
    func methodsAreComplete() {
        for method in Method.allCases {
            #expect(
                GoldenRequest.all.contains { $0.method == method },
                """
                \(method.rawValue) has no request: declare one in Sources/Session/SessionProtocol/Messages/Requests, and \
                an example in GoldenRequest.all (Tests/SessionProtocolTests/Messages/GoldenRequest.swift)
                """)
            #expect(
                ParameterRule.requests.contains { $0.method == method },
                "\(method.rawValue): add its parameters to Tests/SessionProtocolTests/Messages/ParameterRule+Table.swift"
            )
        }
    }

    @Test(
        "some example of a message has each of its properties",
        arguments: GoldenRequest.all.map { ($0.name, $0.samples) } + GoldenAnswer.all.map { ($0.name, $0.samples) })
    func everyPropertyIsWritten(name: String, samples: [any Sendable]) {
        // What has examples of its own needs no others; what a person needs to sign in has them in SignInRequestAnswer.
        var others = Set((GoldenRequest.all.map(\.name) + GoldenAnswer.all.map(\.name)).filter { $0 != name })
        if name != "SignInRequestAnswer" { others.insert("SignInRequest") }
        let missing = samples.map { sample in
            Set(Blank.parts(of: sample, called: name, inTypesOf: "SessionProtocol", except: others))
        }
        let always = missing.dropFirst().reduce(missing.first ?? []) { $0.intersection($1) }
        for part in always {
            Issue.record(
                """
                no example of \(name) has \(part): without one nothing shows that it is written and read; give it a value \
                in Tests/SessionProtocolTests/Messages, and the line in Golden/\(name).json
                """)
        }
    }

    @Test(
        "a deadline stands among the parameters",
        arguments: [
            (nil, ""), (0.001, #""_deadlineSeconds":0.001"#), (30, #""_deadlineSeconds":30.0"#), (.nan, ""),
            (.infinity, ""),
        ]
            as [(Double?, String)])
    func deadline(seconds: Double?, parameters: String) {
        let line = String(decoding: GetUUID().line(id: -1, deadlineSeconds: seconds), as: UTF8.self)
        #expect(line == #"{"jsonrpc":"2.0","id":-1,"method":"session.getUUID","params":{\#(parameters)}}"# + "\n")
    }

    private func goldenError(_ name: ErrorName) -> SessionError {
        let message = "m: \(name.rawValue)"
        func detail(_ name: String, _ value: JSONValue) -> [JSONMember] { [JSONMember(name, value)] }
        switch name {
        case .invalidParams: return .invalidParameter("email", "is missing")
        case .authorityUnavailable: return SessionError(name, message, retryAfterSeconds: 30)
        case .notConfigured: return SessionError(name, message, hint: "set APIKey=")
        case .permissionDenied:
            return SessionError(
                name, message, hint: "Allow=admin user:kiosk", details: detail("capability", .string("admin")))
        case .tokenUnavailable:
            let cause = [
                JSONMember("name", .string("authorityUnavailable")), JSONMember("httpStatus", .number(JSONNumber(503))),
            ]
            return SessionError(
                name, message, retryAfterSeconds: 1, hint: "wait", details: detail("cause", .object(cause)))
        case .minimumValidityImpossible:
            return SessionError(name, message, details: detail("maximumSeconds", .number(JSONNumber(3_600))))
        case .authorityRejected:
            let field = [JSONMember("field", .string("email")), JSONMember("code", .number(JSONNumber(400)))]
            return SessionError(name, message, details: detail("fieldErrors", .array([.object(field)])))
        case .deadlineExceeded: return SessionError(name, message, details: detail("outcome", .string("unknown")))
        default: return SessionError(name, message)
        }
    }
}
