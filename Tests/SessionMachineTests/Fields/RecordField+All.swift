// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import SessionMachine
@testable import TestSupport

extension RecordField {
    /// Every stored property of ``SessionRecord``, with a value that a new record does not have.
    static let all: [RecordField] = customer + tokens + device

    private static let identifies = "it identifies the customer, who stays the same"
    private static let known = "it decides whether who comes next is the same customer"

    private static let customer: [RecordField] = [
        RecordField(
            \.uuid, "uuid", CustomerUUID(bytes: [1], version: 4), .inStatus, afterSignOut: .left(identifies),
            afterCustomer: .renewed("there is always one")),
        RecordField(
            \.uuidOrigin, "uuidOrigin", .derived, .inStatus, afterSignOut: .left(identifies), afterCustomer: .cleared),
        RecordField(
            \.authID, "authID", "a@b", .hidden("what a UUID is derived from is nobody's business"),
            afterSignOut: .left(known), afterCustomer: .cleared),
        RecordField(\.login, "login", "a@b", .inStatus, afterSignOut: .cleared, afterCustomer: .cleared),
        RecordField(
            \.lastAccount, "lastAccount", LastAccount(name: "a@b", salt: "pepper"),
            .hidden("it is a hash, to be compared and no more"), afterSignOut: .left(known), afterCustomer: .cleared),
        RecordField(
            \.customEmail, "customEmail", "l@b", .inStatus, afterSignOut: .left("labels belong to the UUID"),
            afterCustomer: .cleared),
        RecordField(
            \.customIdentifier, "customIdentifier", "label \"\\\n", .inStatus,
            afterSignOut: .left("labels belong to the UUID"), afterCustomer: .cleared),
        RecordField(
            \.endedBecause, "endedBecause", .idleTimeout, .inStatus,
            afterSignOut: .left("it says why the session is over"), afterCustomer: .cleared),
        RecordField(
            \.presence, "presence", Presence(activeAt: .milliseconds(450_250), endsAt: .seconds(90_000)),
            .hidden("events warn of the end that is counted from it"), afterSignOut: .cleared, afterCustomer: .cleared),
        RecordField(
            \.generation, "generation", 42, .inStatus, afterSignOut: .renewed("it counts customers and sessions"),
            afterCustomer: .renewed("it counts customers and sessions")),
    ]

    private static let tokens: [RecordField] = [
        RecordField(
            \.anonymous, "anonymous", .sample("one", .anonymous), .inStatus,
            afterSignOut: .left("it is the UUID's, not the account's"), afterCustomer: .cleared),
        RecordField(
            \.client, "client", .sample("two", .synerise), .inStatus, afterSignOut: .cleared, afterCustomer: .cleared),
        RecordField(
            \.refreshing, "refreshing", .client, .hidden("the status says it of the flight, not of the note of it"),
            afterSignOut: .renewed("then it is about the anonymous token"), afterCustomer: .cleared),
        RecordField(
            \.pendingSignIn, "pendingSignIn", .sample, .inStatus, afterSignOut: .cleared, afterCustomer: .cleared),
        RecordField(
            \.outbox, "outbox",
            [
                OutboxEntry(
                    id: 7, token: .sample("three", .oauth), fromAllDevices: true, binding: MachineBench.binding),
                OutboxEntry(
                    id: 9, token: .sample("four", .synerise), fromAllDevices: false, binding: MachineBench.binding),
            ],
            .hidden("the sign-out's answer says what becomes of it"),
            afterSignOut: .left("the authority has yet to be told"),
            afterCustomer: .left("the authority has yet to be told")),
    ]

    private static let device: [RecordField] = [
        device(
            \.sequence, "sequence", 1_000_000, "what was told of whoever was there is numbered on", "events have it"),
        device(\.accountSalt, "accountSalt", "pepper", "it is made with the installation", "it is a secret"),
        device(\.localKey, "localKey", Secret("local key"), "it is the local authority's", "it is a secret"),
        device(\.binding, "binding", MachineBench.binding, "it is the authority's", "the status names the authority"),
        device(
            \.replacedKey, "replacedKey", ReplacedKey(apiKey: Secret("key"), configuredHash: "first"),
            "it is the authority's", "it is a secret"),
        device(
            \.quietUntil, "quietUntil", .milliseconds(2_000_250), "the authority asked for quiet, whoever is there",
            "the status says when it is asked next"),
        device(
            \.authorityMetadata, "authorityMetadata",
            .object([JSONMember("issuer", .string("https://a.example"))]), "it is the authority's",
            "it is about the authority"),
        device(\.isTimeProven, "isTimeProven", true, "it is about this boot", "nobody can do anything about it"),
        device(
            \.unknownMembers, "unknownMembers",
            [JSONMember("later", .array([.bool(true), .number(JSONNumber(3)), .null]))],
            "only the version that wrote it knows what it is", "only the version that wrote it knows what it is"),
    ]

    /// What is not about the customer.
    private static func device<Value: Equatable & Sendable>(
        _ path: any WritableKeyPath<SessionRecord, Value> & Sendable, _ name: String, _ sample: Value,
        _ because: String, _ hiddenBecause: String
    ) -> RecordField {
        RecordField(
            path, name, sample, .hidden(hiddenBecause), afterSignOut: .left(because), afterCustomer: .left(because))
    }
}

extension PendingSignIn {
    /// A code that a person has, with instants to the millisecond.
    static let sample: PendingSignIn = {
        let code = DeviceCode(
            deviceCode: Secret("device"), userCode: Secret("USER"), verificationURI: Secret("https://a.example/device"),
            verificationURIComplete: Secret("https://a.example/device?USER"), verifier: Secret("verifier"))
        let offer = SignInOffer(.device, .device(code), lifetime: .seconds(600), interval: .seconds(5))
        return PendingSignIn(
            attempt: "attempt", by: Initiator(user: 1000, origin: "https://a.example"), offer: offer,
            at: .milliseconds(1_000_250))
    }()
}

extension Token {
    /// A token that lives for an hour from the bench's beginning.
    static func sample(_ name: String, _ origin: TokenOrigin) -> Token {
        let issued = IssuedToken(
            secret: Secret(name), origin: origin, createdAt: Timestamp(secondsSince1970: 1_795_409_900),
            expiresAt: Timestamp(secondsSince1970: 1_795_413_500), lifetime: .seconds(3600), realm: "client",
            customID: "4711", clientID: "12",
            renewal: .byGrant(
                Grant(refreshToken: Secret("grant"), endsAt: Timestamp(secondsSince1970: 1_795_420_700))),
            identity: CustomerIdentity(subject: "12", login: "a@b", customID: "4711"))
        var token = Token(issued, uuid: CustomerUUID(bytes: [5], version: 5), askedAt: .milliseconds(400_250))
        token.isEstimated = true
        var doubt = Doubt(at: .milliseconds(800_250))
        for instant in [800_250, 900_500] { doubt.deepen(at: .milliseconds(instant)) }
        token.doubt = doubt
        return token
    }
}
