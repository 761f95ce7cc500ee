// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// The answers that the lines of a golden file stand for.
struct GoldenAnswer: CustomTestStringConvertible {
    var name: String
    var check: @Sendable (_ line: String, _ number: Int) throws -> Void
    /// Reads a result as this answer.
    var decode: @Sendable (JSONValue) throws -> Void
    /// Reads a result that must be the answer of that number.
    var read: @Sendable (JSONValue, _ number: Int) throws -> Void
    var count: Int
    var samples: [any Sendable]

    var testDescription: String { name }

    init<Answer: SessionResponse>(_ answers: Answer...) {
        name = "\(Answer.self)"
        (count, samples) = (answers.count, answers)
        decode = { _ = try Answer(json: $0) }
        read = { json, number in
            let answer = try Answer(json: json)
            #expect(answer == answers[number])
        }
        check = { line, number in
            guard case .result(let id, let json) = try ResponseLine(line: bytes(line).span) else {
                Issue.record("no result")
                return
            }
            #expect(id == Int64(number + 1))
            #expect(try Answer(json: json) == answers[number])
            let written = ResponseLine.line(id: bytes("\(id)"), result: answers[number].json)
            #expect(String(decoding: written, as: UTF8.self) == line + "\n")
        }
    }

    static let all =
        [
            GoldenAnswer(Done()), GoldenAnswer(UUIDAnswer(uuid: Golden.uuid)),
            GoldenAnswer(ProfileAnswer(profile: .object([JSONMember("firstName", .string("Anna"))]))),
            GoldenAnswer(anonymous, noToken, signedIn, signingIn, simple, ending),
            GoldenAnswer(
                AuthenticationAnswer.status(signedIn), .conditional(.success, conditions: nil, session: signedIn),
                .conditional(
                    AuthenticationCondition(rawValue: "MFA_REQUIRED"),
                    conditions: .array([.string("a"), .object([JSONMember("b", .null)])]), session: anonymous)),
            GoldenAnswer(facts, clientFacts),
            GoldenAnswer(
                WatchAnswer(snapshot: anonymous, sequence: 1_795_410_123_007, resumed: false),
                WatchAnswer(snapshot: signedIn, sequence: 0, resumed: true)),
            GoldenAnswer(
                TokenAnswer(token: Secret("eyJ.a.b"), facts: facts),
                TokenAnswer(token: Secret("eyJ.c.d"), facts: clientFacts)),
            GoldenAnswer(
                NewCustomerAnswer(uuid: Golden.uuid, generation: 8, durable: true),
                NewCustomerAnswer(uuid: Golden.otherUUID, generation: 9, durable: false)),
            GoldenAnswer(
                SignOutAnswer(changed: true, durable: true, authority: .done, uuid: Golden.uuid, generation: 8),
                SignOutAnswer(changed: true, durable: true, authority: .queued, uuid: Golden.uuid, generation: 8),
                SignOutAnswer(changed: true, durable: true, authority: .unsupported, uuid: Golden.uuid, generation: 8),
                SignOutAnswer(
                    changed: false, durable: false, authority: .notNeeded, uuid: Golden.otherUUID, generation: 0)),
        ] + signInRequests + daemon

    private static let signInRequests = [
        GoldenAnswer(
            SignInRequestAnswer(device, joined: false), SignInRequestAnswer(browser, joined: false),
            SignInRequestAnswer(device, joined: true)),
        // Who may complete a browser's is shown the address; nobody else is.
        GoldenAnswer(PendingSignInAnswer(device), PendingSignInAnswer(nil), PendingSignInAnswer(agreed)),
        GoldenAnswer(CancelSignInAnswer(cancelled: true), CancelSignInAnswer(cancelled: false)),
    ]

    private static let daemon = [
        GoldenAnswer(
            HelloAnswer(
                protocolVersion: 1, server: "sessiond/1.0.0", features: [],
                capabilities: ["identity.read", "token.read"], generation: 1),
            HelloAnswer(
                protocolVersion: 1, server: "sessiond/1.2.0", features: ["events.v2"], capabilities: [],
                generation: nil),
            HelloAnswer(
                protocolVersion: 1, server: "sessiond/1.0.0", features: [OnBehalfOf.feature],
                capabilities: ["identity.read"], generation: 4, onBehalfOf: OnBehalfOf(origin: Golden.page))),
        GoldenAnswer(origins, OriginsAnswer(origins: [])),
        GoldenAnswer(
            HealthAnswer(ready: true, problems: []),
            HealthAnswer(
                ready: false,
                problems: [
                    .init(name: "storeFailed", hint: "free some space in /var/lib/sessiond"),
                    .init(name: "notConfigured", hint: "line 3"),
                ])),
        GoldenAnswer(DescriptionAnswer(document: .object(description))),
        GoldenAnswer(
            MetricsAnswer(contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8", text: "# EOF\n")),
        GoldenAnswer(
            ReloadAnswer(applied: [], needsRestart: [], endsSession: false),
            ReloadAnswer(
                applied: ["Synerise.APIKeyFile", "Access.Allow"], needsRestart: ["Store.Seal"], endsSession: true),
            ReloadAnswer(
                applied: [], needsRestart: ["Authority.Kind"], endsSession: false, restartEndsSession: true,
                credentials: ["synerise.api-key"], newCredentialEndsSession: true, warnings: ["a.conf:7: Sael=: x"])),
        GoldenAnswer(
            InfoAnswer(
                server: "sessiond/1.0.0", protocolVersions: [1], features: [], startedAt: Golden.now,
                configuration: .init(files: ["/etc/sessiond/sessiond.conf"], loadedAt: Golden.now),
                stateDirectory: "/var/lib/sessiond", jwk: jwk),
            InfoAnswer(
                server: "sessiond/1.0.0", protocolVersions: [1, 2], features: ["a", "b"], startedAt: Golden.now,
                configuration: .init(
                    files: [], loadedAt: Timestamp(secondsSince1970: Golden.now.secondsSince1970 + 1),
                    problem: "sessiond.conf:3: no such unit"), jwk: nil)),
    ]

    static let origins = OriginsAnswer(origins: [Golden.page, "http://localhost:8080"])

    private static let description = [
        JSONMember("openrpc", .string("1.2.6")), JSONMember("info", .object([])), JSONMember("servers", .array([])),
        JSONMember("methods", .array([])), JSONMember("components", .object([])),
    ]

    private static let jwk = JSONValue.object(
        [("kty", "EC"), ("crv", "P-256"), ("x", "eA"), ("y", "eQ"), ("alg", "ES256"), ("use", "sig"), ("kid", "aw")]
            .map { JSONMember($0, .string($1)) })

    static let anonymous: SessionStatus = {
        var status = SessionStatus(
            uuid: Golden.uuid, uuidOrigin: .generated, generation: 1,
            authority: AuthorityStatus(kind: "local", reachable: true), store: StoreStatus(sealed: false, state: .ok))
        (status.state, status.origin, status.tokenState) = (.anonymous, .anonymous, .valid)
        (status.expiresAt, status.expiresInSeconds) = (Golden.expiry, 3_599)
        return status
    }()

    private static let simple: SessionStatus = {
        var status = anonymous
        (status.state, status.signedInViaSimpleAuthentication, status.origin) = (.simple, true, .simpleAuth)
        return status
    }()

    private static let noToken = SessionStatus(
        uuid: Golden.uuid, uuidOrigin: .derived, generation: 0,
        authority: AuthorityStatus(
            kind: "synerise", reachable: false, lastError: "authorityUnavailable 503",
            nextAttemptAt: Timestamp(secondsSince1970: Golden.now.secondsSince1970 + 1), clockSkewSeconds: -2),
        store: StoreStatus(sealed: true, state: .failing))

    static let signedIn: SessionStatus = {
        var status = SessionStatus(
            uuid: Golden.otherUUID, uuidOrigin: .injected, generation: .max,
            authority: AuthorityStatus(kind: "local", reachable: true),
            store: StoreStatus(sealed: false, state: .locked))
        (status.state, status.signedIn, status.origin) = (.signedIn, true, .synerise)
        (status.login, status.customEmail) = ("customer@example.com", "other@example.com")
        (status.customIdentifier, status.clientID) = ("till 4", "434428563")
        (status.expiresAt, status.expiresInSeconds, status.tokenState) = (Golden.expiry, 0, .refreshing)
        return status
    }()

    private static let ending: SessionStatus = {
        var status = SessionStatus(
            uuid: Golden.otherUUID, uuidOrigin: .generated, generation: 2,
            authority: AuthorityStatus(kind: "synerise", reachable: true, lastAnsweredAt: Golden.now),
            store: StoreStatus(sealed: true, state: .ok))
        (status.state, status.signedIn, status.origin, status.tokenState) = (.signedIn, true, .synerise, .valid)
        (status.login, status.expiresAt, status.expiresInSeconds) = ("customer@example.com", Golden.expiry, 3_599)
        (status.sessionEndsAt, status.sessionEndsInSeconds) = (codeExpiry, 600)
        status.sessionEndsBecause = .idleTimeout
        return status
    }()

    static let signingIn: SessionStatus = {
        var status = SessionStatus(
            uuid: Golden.uuid, uuidOrigin: .generated, generation: 1,
            authority: AuthorityStatus(kind: "openid", reachable: true), store: StoreStatus(sealed: true, state: .ok))
        status.pendingSignIn = PendingSignInStatus(
            attempt: Golden.attempt, method: .device, expiresAt: codeExpiry)
        return status
    }()

    private static let codeExpiry = Timestamp(secondsSince1970: Golden.now.secondsSince1970 + 600)

    private static let device: SignInRequest = {
        var request = agreed
        request.userCode = Secret("WDJB-MJHT")
        request.verificationURI = Secret("https://login.example.com/device")
        request.verificationURIComplete = Secret("https://login.example.com/device?user_code=WDJB-MJHT")
        return request
    }()

    private static let browser: SignInRequest = {
        var request = SignInRequest(
            attempt: Golden.attempt, method: .browser, expiresAt: codeExpiry, expiresInSeconds: 600)
        request.authorizationURL = Secret(
            "https://login.example.com/authorize?response_type=code&client_id=till&state=s&code_challenge=c")
        request.redirectURI = "com.example.till:/signed-in"
        return request
    }()

    private static let agreed = SignInRequest(
        attempt: Golden.attempt, method: .device, expiresAt: codeExpiry, expiresInSeconds: 599)

    private static let facts = TokenFacts(
        uuid: Golden.uuid, origin: .anonymous, expiresAt: Golden.expiry, expiresInSeconds: 3_599, stale: false,
        generation: 1)

    private static let clientFacts = TokenFacts(
        uuid: Golden.otherUUID, origin: .oauth, expiresAt: Golden.expiry, expiresInSeconds: 1, stale: true,
        generation: 8, customID: "c-42", clientID: "434428563", realm: "client")
}
