// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol
import Testing

/// The schema of the protocol, against the names that the program has; what it says of messages is tried by an
/// implementation of JSON Schema, from outside.
@Suite(.timeLimit(.minutes(10))) struct SchemaTests {
    private let schema: JSONValue

    init() throws { schema = try JSONValue(parsing: Array(try Package.text("Protocol/sessiond.schema.json").utf8)) }

    @Test func hasEveryMethodWithItsCapability() {
        let methods = schema["x-methods"]?.members ?? []
        let expected = Method.allCases.map { "\($0.rawValue) \($0.capability?.rawValue ?? "null")" }
        let found = methods.map { "\($0.name) \($0.value["capability"]?.string ?? "null")" }
        #expect(
            found.sorted() == expected.sorted(),
            """
            Protocol/sessiond.schema.json, x-methods: \(Set(found).symmetricDifference(expected)) to be added or removed; \
            then: Protocol/make-openrpc
            """)
    }

    @Test func hasEveryKindOfEvent() {
        let kind = schema["$defs"]?["SessionEvent.params"]?["properties"]?["kind"]
        #expect(
            Self.words(of: kind) == EventKind.all.map { $0.rawValue[...] },
            "Protocol/sessiond.schema.json, kind in SessionEvent.params: name each kind, in their order")
    }

    @Test func hasEveryKindOfAuthority() {
        let authority = schema["$defs"]?["SessionStatus.result"]?["properties"]?["authority"]
        #expect(
            Self.words(of: authority?["properties"]?["kind"]) == KnownAuthority.allCases.map { $0.kind.name[...] },
            """
            Protocol/sessiond.schema.json, kind in authority of SessionStatus.result: name each kind, in the order of \
            KnownAuthority; then the programs in Protocol/ and Libraries/python/make-api
            """)
    }

    @Test(arguments: Method.allCases)
    func namesTheAnswerOf(method: Method) throws {
        let facts = schema["x-methods"]?[method.rawValue]
        #expect(facts?["answer"]?.string == (try ExampleMessages.answerType(of: method)))
    }

    @Test func hasEveryErrorWithItsCode() {
        let found = Self.elements(schema["x-errors"]).map { "\($0["name"]?.string ?? "") \($0["code"]?.integer ?? 0)" }
        #expect(found == ErrorName.all.map { "\($0.name.rawValue) \($0.properties.code)" })
    }

    @Test func namesNoErrorThatThereIsNot() {
        let known = Set(ErrorName.all.map(\.name.rawValue))
        for method in schema["x-methods"]?.members ?? [] {
            let errors = Self.elements(method.value["errors"]).compactMap(\.string)
            #expect(!errors.isEmpty && Set(errors).count == errors.count && known.isSuperset(of: errors))
            // Who needs no capability is never denied; but a page may be without any line.
            let needsNone = method.value["capability"] == .null && method.name != Method.hello.rawValue
            #expect(errors.contains("permissionDenied") != needsNone)
        }
    }

    /// The words that a description lists: "a, b or c; more of them".
    private static func words(of member: JSONValue?) -> [Substring] {
        let list = (member?["description"]?.string ?? "").prefix { $0 != ";" && $0 != "." }
        return list.replacing(" or ", with: ", ").split(separator: ", ").map { $0[...] }
    }

    private static func elements(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let elements)? = value { elements } else { [] }
    }
}
