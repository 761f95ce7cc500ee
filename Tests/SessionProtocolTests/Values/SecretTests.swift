// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@Suite("Secrets", .timeLimit(.minutes(10)))
struct SecretTests {
    private static let canary = "hunter2-canary"
    private static let secret = Secret(canary)

    private static func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    /// Everything that Swift offers to make text of a value.
    private static func texts(of value: Any) -> [String] {
        var printed = ""
        print(value, to: &printed)
        debugPrint(value, to: &printed)
        let children = Mirror(reflecting: value).children.flatMap {
            ["\($0.value)", String(reflecting: $0.value), dumped($0.value)]
        }
        return ["\(value)", String(describing: value), String(reflecting: value), dumped(value), printed] + children
    }

    @Test("its text comes out by asking for it, and by nothing else")
    func revealsOnly() {
        #expect(Self.secret.reveal() == Self.canary)
        #expect("\(Self.secret)" == "[redacted]")
        #expect(Self.secret.description == "[redacted]")
        #expect(Self.secret.debugDescription == "[redacted]")
        #expect(Mirror(reflecting: Self.secret).children.isEmpty)
        for text in Self.texts(of: Self.secret) { #expect(!text.contains("hunter2")) }
    }

    static let holders: [any Sendable] = [
        [secret], ["k": secret], Optional(secret) as any Sendable, [secret: 1], (secret, 1),
        Result<Secret, SessionError>.success(secret),
        SignIn(account: .email("a@b"), password: secret), Authenticate(provider: .google, providerToken: secret),
        TokenAnswer(
            token: secret,
            facts: TokenFacts(
                uuid: CustomerUUID(bytes: [], version: 4), origin: .anonymous,
                expiresAt: Timestamp(secondsSince1970: 0),
                expiresInSeconds: 0, stale: false, generation: 1)),
        AuthenticateWithToken(
            token: secret, expiresAt: Timestamp(secondsSince1970: 0), origin: .synerise,
            uuid: CustomerUUID(bytes: [], version: 4)),
    ]

    @Test("what holds a secret does not print it either", arguments: holders.indices)
    func holdersDoNotPrint(index: Int) {
        for text in Self.texts(of: Self.holders[index]) { #expect(!text.contains("hunter2")) }
    }

    @Test("secrets compare by their text, wherever it is")
    func compares() {
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("a") == Secret.lockedCopy(of: "a"))
        #expect(Set([Secret("a"), Secret.lockedCopy(of: "a"), Secret.lockedCopy(of: "b")]).count == 2)
    }

    @Test("locked text is whole, in a C string too, and prints nothing", arguments: ["", canary, "pässword\u{1F511}"])
    func holdsLockedText(text: String) {
        let secret = Secret.lockedCopy(of: text)
        #expect(secret.reveal() == text)
        #expect(secret.byteCount == text.utf8.count)
        #expect(secret.withCString { String(cString: $0) } == text)
        #expect(Secret(text).withCString { String(cString: $0) } == text)
        for shown in Self.texts(of: secret) where !text.isEmpty { #expect(!shown.contains(text)) }
    }

    @Test("what a request brings is kept in locked memory", arguments: ["password", "providerToken", "apiKey"])
    func locksWhatARequestBrings(member: String) throws {
        var reader = ParameterReader([JSONMember(member, .string(Self.canary))])
        let secret = try reader.requiredSecret(member, .token)
        #expect(secret.reveal() == Self.canary)
        #expect(secret.isLocked, "RLIMIT_MEMLOCK must let a page be locked")
        #expect(!Self.secret.isLocked)
    }

    @Test("a refused secret is not in the error", arguments: ["password", "providerToken", "token"])
    func refusalsDoNotQuote(member: String) {
        for value in [
            JSONValue.string(Self.canary + "\u{7}"), .array([.string(Self.canary)]),
            .object([JSONMember(Self.canary, .null)]),
        ] {
            var reader = ParameterReader([JSONMember(member, value)])
            let error = #expect(throws: SessionError.self) { try reader.requiredSecret(member, .token) }
            for text in error.map({ Self.texts(of: $0) }) ?? [] { #expect(!text.contains("hunter2")) }
        }
    }
}
