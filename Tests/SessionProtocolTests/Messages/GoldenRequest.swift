// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

/// The requests that the lines of a golden file stand for.
struct GoldenRequest: CustomTestStringConvertible {
    var name: String
    var check: @Sendable (_ line: String, _ number: Int) throws -> Void
    var method: Method
    var count: Int
    var samples: [any Sendable]

    var testDescription: String { name }

    init<Request: SessionRequest>(_ requests: Request...) {
        name = "\(Request.self)"
        method = Request.method
        (count, samples) = (requests.count, requests)
        check = { line, number in
            let scanned = try ScannedLine(line)
            let envelope = try #require(scanned.single)
            #expect(envelope.target == .method(Request.method))
            #expect(try Request(parameters: scanned.members(of: envelope)) == requests[number])
            #expect(String(decoding: requests[number].line(id: Int64(number + 1)), as: UTF8.self) == line + "\n")
        }
    }

    static let all =
        reads + customers + authentications + signInRequests + [
            GoldenRequest(
                Hello(), Hello(protocolVersions: [1, 2, 3], client: "till/4.2"), Hello(protocolVersions: []),
                Hello(client: "sessiond-web/1.0.0", onBehalfOf: OnBehalfOf(origin: Golden.page))),
            GoldenRequest(GetInfo()), GoldenRequest(GetHealth()), GoldenRequest(GetMetrics()),
            GoldenRequest(Discover()),
            GoldenRequest(GetProfile()),
            GoldenRequest(
                DeleteAccount(authFactor: Secret("correct horse")),
                DeleteAccount(
                    provider: .google, authFactor: Secret("t"), authID: "customer@example.com", ifGeneration: 3)),
            GoldenRequest(ChangeAPIKey(apiKey: Secret("0b8f"))),
            GoldenRequest(SetLogLevel(level: .debug), SetLogLevel(level: .critical)),
            GoldenRequest(Reload(), Reload(dryRun: true)),
            GoldenRequest(GetOrigins(), GetOrigins(follow: true)),
        ]

    private static let reads = [
        GoldenRequest(GetUUID()), GoldenRequest(GetStatus()), GoldenRequest(RefreshToken()), GoldenRequest(Touch()),
        GoldenRequest(Watch(), Watch(since: 1_795_410_123_007)),
        GoldenRequest(GetUUIDForAuthentication(), GetUUIDForAuthentication(authID: "customer@synerise.com")),
        GoldenRequest(
            RetrieveToken(), RetrieveToken(minimumValiditySeconds: 300),
            RetrieveToken(minimumValiditySeconds: 315_360_000, allowStale: true, requireSignedIn: true)),
    ]

    private static let customers = [
        GoldenRequest(
            RegenerateUUID(), RegenerateUUID(clientIdentifier: "customer@synerise.com"),
            RegenerateUUID(clientIdentifier: #"Żółć "\"#, ifGeneration: .max)),
        GoldenRequest(Destroy(), Destroy(discardUnreadable: true), Destroy(ifGeneration: 0)),
        GoldenRequest(
            SignOut(), SignOut(mode: .destroy, fromAllDevices: true), SignOut(fromAllDevices: true, ifGeneration: 7)),
        GoldenRequest(
            SetIdentity(customEmail: .set("customer@example.com"), customIdentifier: .clear),
            SetIdentity(customEmail: .clear), SetIdentity(customIdentifier: .set("till 4"), ifGeneration: 2)),
    ]

    private static let authentications = [
        GoldenRequest(
            SignIn(account: .email("customer@example.com"), password: Secret("correct horse")),
            SignIn(
                account: .customID("c-42"), password: Secret(#"p"\/é"#),
                options: AuthenticationOptions(
                    authID: "a-1", conditional: true, agreements: json(#"{"email":true,"sms":false}"#),
                    attributes: json(#"{"size":42,"list":[1,"two",null,-1.5e+3]}"#)),
                ifGeneration: 3)),
        GoldenRequest(
            Authenticate(provider: .google, providerToken: Secret("eyJ.a.b")),
            Authenticate(
                provider: .oauth, providerToken: Secret("t"),
                options: AuthenticationOptions(
                    authID: "customer@example.com", conditional: true, agreements: json("{}"),
                    attributes: json(#"{"a":{"b":[]}}"#)),
                ifGeneration: 1),
            Authenticate(provider: .facebook, providerToken: Secret("t")),
            Authenticate(provider: .apple, providerToken: Secret("t"))),
        GoldenRequest(
            AuthenticateWithToken(
                token: Secret("eyJ.a.b"), expiresAt: Golden.expiry, origin: .synerise, uuid: Golden.uuid),
            AuthenticateWithToken(
                token: Secret("eyJ.a.b"), expiresAt: Timestamp(secondsSince1970: 2_147_483_648), origin: .unknown,
                uuid: Golden.otherUUID, clientID: "434428563", customID: "c-42", realm: "client", authID: "a-1",
                ifGeneration: 12)),
        GoldenRequest(
            SimpleAuthenticate(account: .email("customer@example.com"), authID: "customer@example.com"),
            SimpleAuthenticate(
                account: .customID("c-42"), uuid: Golden.uuid, authID: "a-1",
                profile: json(#"{"firstName":"Ada","tags":["a","b"]}"#), ifGeneration: 4)),
    ]

    private static let signInRequests = [
        GoldenRequest(
            BeginSignIn(), BeginSignIn(.device),
            BeginSignIn(.browser, redirectURI: "com.example.till:/signed-in", replace: true, ifGeneration: 3)),
        GoldenRequest(GetPendingSignIn()),
        GoldenRequest(
            CompleteSignIn(attempt: Golden.attempt, callbackURL: Secret("com.example.till:/signed-in?code=c&state=s")),
            CompleteSignIn(attempt: "a", callbackURL: Secret("https://till.example.com/in?a=b&code=c"), ifGeneration: 3)
        ),
        GoldenRequest(CancelSignIn(), CancelSignIn(attempt: Golden.attempt, ifGeneration: 2)),
    ]

    private static func json(_ text: String) -> JSONValue? { try? JSONValue(parsing: bytes(text)) }
}
