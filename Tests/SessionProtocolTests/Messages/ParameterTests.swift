// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@Suite("Parameters", .timeLimit(.minutes(10)))
struct ParameterTests {
    @Test("a value up to its bounds is accepted, and survives being written", arguments: ParameterRule.all)
    func acceptsWithinBounds(_ rule: ParameterRule) throws {
        for value in rule.accepted {
            let request = try rule.request(with: value)
            var writer = JSONWriter()
            writer.beginObject()
            request.write(to: &writer)
            writer.endObject()
            let members = try #require(try JSONValue(parsing: writer.bytes).members)
            #expect(isEqual(try rule.request.init(parameters: members), request))
        }
    }

    @Test("a value beyond its bounds, of the wrong type or null is refused by name", arguments: ParameterRule.all)
    func refusesBeyondBounds(_ rule: ParameterRule) {
        for value in rule.refused {
            let error = #expect(throws: SessionError.self, "\(value.prefix(60))") { try rule.request(with: value) }
            expect(error, names: rule.member)
        }
    }

    @Test("a value that is missing is refused by name, unless it may be", arguments: ParameterRule.all)
    func refusesMissing(_ rule: ParameterRule) throws {
        if let blamed = rule.blamedWhenMissing {
            expect(#expect(throws: SessionError.self) { try rule.request(with: nil) }, names: blamed)
        } else {
            _ = try rule.request(with: nil)
        }
    }

    @Test("a parameter that a method does not have is refused by name", arguments: ParameterRule.all)
    func refusesUnknown(_ rule: ParameterRule) throws {
        for name in ["unknown", rule.member.uppercased(), rule.member + " ", "", "x_", "deadlineSeconds"] {
            if rule.request == Hello.self {
                _ = try rule.request(and: #""\#(name)":1"#)
            } else {
                let error = #expect(throws: SessionError.self) { try rule.request(and: #""\#(name)":1"#) }
                expect(error, names: name)
            }
        }
    }

    @Test("hints are passed over, whatever they hold", arguments: ParameterRule.all)
    func ignoresHints(_ rule: ParameterRule) throws {
        let plain = try rule.request(with: rule.accepted[0])
        for hint in [#""_":1"#, #""_trace":{"a":[]}"#, #""_\#(rule.member)":null"#, "\"_\u{301}\":0", #""\u005fx":0"#] {
            #expect(isEqual(try rule.request(and: hint), plain), "\(hint)")
        }
    }

    @Test(
        "a method without parameters refuses any",
        arguments: [
            GetUUID.self, GetStatus.self, RefreshToken.self, Touch.self, GetInfo.self, GetHealth.self,
            GetMetrics.self, Discover.self, GetProfile.self, GetPendingSignIn.self,
        ] as [any SessionRequest.Type])
    func refusesAnyParameter(_ request: any SessionRequest.Type) throws {
        _ = try request.init(parameters: [])
        _ = try request.init(parameters: [JSONMember("_deadlineSeconds", .null)])
        for name in ["uuid", "ifGeneration", "authID"] {
            let error = #expect(throws: SessionError.self) { try request.init(parameters: [JSONMember(name, .null)]) }
            expect(error, names: name)
        }
    }

    @Test("every request type has its rules, or no parameters")
    func tableIsComplete() {
        let withRules = Set(ParameterRule.all.map { $0.request.method })
        let without: Set<Method> = [
            .getUUID, .status, .refreshToken, .touch, .info, .health, .metrics, .discover, .profile, .pendingSignIn,
        ]
        #expect(Set(ParameterRule.requests.map { $0.method }) == withRules.union(without))
    }

    @Test("the names of a request's parameters are those that it takes", arguments: ParameterRule.requests)
    func namesAreComplete(request: any SessionRequest.Type) {
        let taken = Set(ParameterRule.all.filter { $0.request.method == request.method }.map(\.member))
        #expect(Set(request.parameterNames) == taken)
    }

    @Test("a refusal stays one short line whatever the member is called")
    func refusalIsShort() {
        for name in [String(repeating: "n", count: 60_000), String(repeating: "é\n", count: 20_000)] {
            let error = #expect(throws: SessionError.self) { try GetUUID(parameters: [JSONMember(name, .null)]) }
            guard let error else { continue }
            let line = ResponseLine.line(id: bytes("1"), error: error)
            #expect(line.count < 1_024)
            #expect(!error.message.contains("\n"))
        }
    }
}

extension ParameterTests {
    @Test("one of e-mail and custom id must be there, and not both")
    func oneAccountName() {
        for (request, others) in [(SignIn.self, #""password":"p""#), (SimpleAuthenticate.self, #""authID":"i""#)]
            as [(any SessionRequest.Type, String)]
        {
            let both = ParameterRule(
                request: request, member: "customID", kind: .bool, others: others + #","email":"a""#)
            expect(#expect(throws: SessionError.self) { try both.request(with: #""c""#) }, names: "customID")
            expect(#expect(throws: SessionError.self) { try both.request(with: "null") }, names: "customID")
        }
    }

    @Test("a profile is measured without its white space")
    func profileIsMeasuredWithoutSpace() throws {
        let rule = ParameterRule(
            request: SimpleAuthenticate.self, member: "profile", kind: .bool, others: #""email":"a","authID":"i""#)
        _ = try rule.request(with: "{" + String(repeating: " ", count: 20_000) + "}")
    }

    private func isEqual(_ left: any SessionRequest, _ right: any SessionRequest) -> Bool {
        func compare<Request: SessionRequest>(_ left: Request) -> Bool { left == right as? Request }
        return compare(left)
    }

    private func expect(_ error: SessionError?, names member: String) {
        #expect(error?.name == .invalidParams)
        #expect(error?.code == -32602)
        #expect(error?.details.first { $0.name == "member" }?.value.string == member)
        #expect(error?.details.first { $0.name == "reason" }?.value.string?.isEmpty == false)
        #expect(error?.message.contains(member) == true)
    }
}
