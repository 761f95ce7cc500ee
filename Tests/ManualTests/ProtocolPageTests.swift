// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// sessiond-protocol(7), against what is spoken.
@Suite(.timeLimit(.minutes(10))) struct ProtocolPageTests {
    private let page: ManualPage

    init() throws { page = try ManualPage("sessiond-protocol.7") }

    private func entry(of method: Method) throws -> ManualPage.Entry {
        try #require(page.entries(of: "METHODS").first { $0.words("Ic") == [method.rawValue] })
    }

    /// What stands before and behind the arrow.
    private func shape(of method: Method) throws -> (parameters: [String], result: [String]) {
        let line = try #require(try entry(of: method).lines.first { $0.hasPrefix(".D1 ") })
        let halves = line.split(separator: "\\(->", omittingEmptySubsequences: false)
        let words = halves.map { $0.split(separator: " ").map(String.init) }
        try #require(words.count == 2)
        return (words[0], words[1])
    }

    private func object(_ name: String) -> Members {
        let lines = page.lines(of: name)
        let own = page.entries(of: name).map { Members(documented: $0.head) }.reduce(Members(of: [])) { $0.union($1) }
        return name == "token" && lines.contains(".Em facts .") ? own.union(object("facts")) : own
    }

    @Test func hasEveryMethodOnceAndNoOther() {
        let methods = page.entries(of: "METHODS").flatMap { $0.words("Ic") }
        let (documented, known) = (Set(methods), Set(Method.allCases.map(\.rawValue)))
        #expect(
            documented == known && methods.count == known.count,
            "man/sessiond-protocol.7, METHODS: \(documented.symmetricDifference(known)) to be added or removed")
    }

    @Test(arguments: Method.allCases)
    func namesTheCapabilityOf(method: Method) throws {
        #expect(try entry(of: method).words("Cm") == [method.capability?.rawValue].compactMap(\.self))
    }

    @Test(arguments: Method.allCases)
    func hasTheParametersOf(method: Method) throws {
        guard let parameters = try ExampleMessages.parameters(of: method) else { return }
        #expect(Members(documented: try shape(of: method).parameters) == parameters)
    }

    @Test(arguments: Method.allCases)
    func hasTheResultOf(method: Method) throws {
        guard let type = try ExampleMessages.answerType(of: method) else { return }
        let result = try shape(of: method).result
        let names = zip(result, result.dropFirst()).filter { $0.0 == "Em" }.map(\.1)
        let objects = [
            "SessionStatus": ["status"], "AuthenticationAnswer": ["status", "condition"],
            "TokenAnswer": ["token"], "TokenFacts": ["facts"], "NewCustomerAnswer": ["customer"],
            "SignOutAnswer": ["sign-out"], "ProfileAnswer": ["profile"],
        ]
        // A token, and Simple Authentication, have no conditional form.
        let isPlain = try ExampleMessages.parameters(of: method)?.all.contains("conditional") == false
        #expect(names == (type == "AuthenticationAnswer" && isPlain ? ["status"] : objects[type, default: []]))
        guard names.isEmpty else { return }
        #expect(Members(documented: result) == (try ExampleMessages.answer(type)))
    }

    @Test(arguments: [
        ("status", "SessionStatus"), ("token", "TokenAnswer"), ("facts", "TokenFacts"),
        ("condition", "AuthenticationAnswer"), ("customer", "NewCustomerAnswer"), ("sign-out", "SignOutAnswer"),
    ])
    func hasTheMembersOf(object name: String, type: String) throws {
        let isConditional = name == "condition"
        let members = try ExampleMessages.answer(type) { !isConditional || $0["condition"] != nil }
        #expect(object(name) == members)
    }

    @Test func explainsEveryObject() {
        #expect(page.parts(of: "OBJECTS") == ["status", "token", "facts", "condition", "customer", "sign-out"])
    }

    @Test func hasEveryOriginOfAToken() throws {
        let entry = try #require(page.entries(of: "status").first { $0.words("Va") == ["origin"] })
        let origins = entry.lines.filter { $0.hasPrefix(".Cm ") }.map { $0.split(separator: " ")[1] }
        #expect(origins == TokenOrigin.allCases.map { $0.rawValue[...] })
    }

    @Test func hasTheMembersOfAnEvent() throws {
        #expect(object("session.event") == (try ExampleMessages.notification("SessionEvent")))
    }

    @Test func explainsEveryKindOfEvent() {
        let kinds = page.entries(of: "Kinds").flatMap { $0.words("Cm") }
        #expect(kinds == EventKind.all.map(\.rawValue), "man/sessiond-protocol.7, Kinds: one for each, in their order")
    }

    @Test func hasEveryReasonForAnEnd() throws {
        let entry = try #require(page.entries(of: "Kinds").first { $0.words("Cm") == ["signedOut"] })
        let reasons = entry.lines.filter { $0.hasPrefix(".Cm ") }.map { $0.split(separator: " ")[1] }
        #expect(reasons == EndReason.all.map { $0.rawValue[...] })
    }

    @Test func hasEveryErrorWithItsCodeAndExitStatus() {
        let errors = page.entries(of: "ERROR NAMES").map { $0.head.joined(separator: " ") }
        let expected = ErrorName.all.map { name, properties in
            "Er \(name.rawValue) , code \(properties.code) , exit \(properties.exitStatus)"
                + (properties.isRetryable ? " , retryable" : "")
        }
        #expect(errors == expected)
    }

    @Test func explainsEveryCapability() {
        let capabilities = page.entries(of: "CAPABILITIES").flatMap { $0.words("Cm") }
        #expect(capabilities == Capability.allCases.map(\.rawValue))
    }

    @Test func givesTheLimitsOfTheWire() throws {
        let text = ManualPage.text(page.lines(of: "LIMITS"))
        let seconds = WireLimits.deadlineSeconds
        let limits = [
            "line has at most \(WireLimits.requestLineBytes.grouped) bytes",
            "nesting is at most \(WireLimits.nestingDepth),",
            "object has at most \(WireLimits.objectMembers) members",
            "batch at most \(WireLimits.batchEntries) entries",
            "at most \(WireLimits.idStringBytes) bytes or \(WireLimits.idDigits) digits",
            "deadline is \(seconds.lowerBound) to \(Int(seconds.upperBound)) seconds",
            "default \(Int(WireLimits.defaultDeadlineSeconds)).", "e-mail has \(TextLimit.email.bytes.grouped) bytes",
            "identifier \(TextLimit.identifier.bytes.grouped),", "password \(TextLimit.password.bytes.grouped),",
            "token \(TextLimit.token.bytes.grouped),", "profile at most \(WireLimits.profileBytes.grouped).",
        ]
        for limit in limits { #expect(text.contains(limit), "\(limit)") }
        let framing = ManualPage.text(page.lines(of: "Framing"))
        #expect(framing.contains("at most \(WireLimits.responseLineBytes >> 20) MiB"))
    }
}

extension Int {
    /// With a comma between thousands.
    fileprivate var grouped: String {
        self < 1000 ? String(self) : (self / 1000).grouped + "," + String(String(1000 + self % 1000).dropFirst())
    }
}

extension ClosedRange<Int> {
    fileprivate var grouped: String { "\(lowerBound.grouped) to \(upperBound.grouped)" }
}
