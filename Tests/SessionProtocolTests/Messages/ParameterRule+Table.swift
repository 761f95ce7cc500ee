// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension ParameterRule {
    static let all: [ParameterRule] =
        reads + customers + signIn + authenticate + withToken + simple + signInRequests + account + daemon

    private static let generation = Kind.integer(0...Int64.max)
    private static let identifier = Kind.name(maximumBytes: 1_024)
    private static let email = Kind.name(maximumBytes: 254)
    private static let token = Kind.text(maximumBytes: 32_768)

    private static let reads = [
        ParameterRule(request: GetUUIDForAuthentication.self, member: "authID", kind: identifier),
        ParameterRule(
            request: RetrieveToken.self, member: "minimumValiditySeconds", kind: .integer(0...315_360_000)),
        ParameterRule(request: RetrieveToken.self, member: "allowStale", kind: .bool),
        ParameterRule(request: RetrieveToken.self, member: "requireSignedIn", kind: .bool),
    ]

    private static let customers = [
        ParameterRule(request: RegenerateUUID.self, member: "clientIdentifier", kind: identifier),
        ParameterRule(request: RegenerateUUID.self, member: "ifGeneration", kind: generation),
        ParameterRule(request: Destroy.self, member: "discardUnreadable", kind: .bool),
        ParameterRule(request: Destroy.self, member: "ifGeneration", kind: generation),
        ParameterRule(request: SignOut.self, member: "mode", kind: .word(["signOut", "destroy"])),
        ParameterRule(request: SignOut.self, member: "fromAllDevices", kind: .bool),
        ParameterRule(request: SignOut.self, member: "ifGeneration", kind: generation),
        ParameterRule(
            request: SetIdentity.self, member: "customEmail", kind: .change(maximumBytes: 254),
            blamedWhenMissing: "customEmail"),
        ParameterRule(
            request: SetIdentity.self, member: "customIdentifier", kind: .change(maximumBytes: 1_024),
            others: #""customEmail":"a""#),
        ParameterRule(
            request: SetIdentity.self, member: "ifGeneration", kind: generation, others: #""customEmail":null"#),
    ]

    private static func options(_ request: any SessionRequest.Type, _ others: String) -> [ParameterRule] {
        [
            ParameterRule(request: request, member: "authID", kind: identifier, others: others),
            ParameterRule(request: request, member: "conditional", kind: .bool, others: others),
            ParameterRule(request: request, member: "agreements", kind: .object(maximumBytes: nil), others: others),
            ParameterRule(request: request, member: "attributes", kind: .object(maximumBytes: nil), others: others),
            ParameterRule(request: request, member: "ifGeneration", kind: generation, others: others),
        ]
    }

    private static let signIn =
        [
            ParameterRule(
                request: SignIn.self, member: "email", kind: email, blamedWhenMissing: "email",
                others: #""password":"p""#),
            ParameterRule(
                request: SignIn.self, member: "password", kind: .text(maximumBytes: 4_096),
                blamedWhenMissing: "password",
                others: #""email":"a""#),
            ParameterRule(
                request: SignIn.self, member: "customID", kind: identifier, blamedWhenMissing: "email",
                others: #""password":"p""#),
        ] + options(SignIn.self, #""customID":"c","password":"p""#)

    private static let authenticate =
        [
            ParameterRule(
                request: Authenticate.self, member: "provider", kind: .word(["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"]),
                blamedWhenMissing: "provider", others: #""providerToken":"t""#),
            ParameterRule(
                request: Authenticate.self, member: "providerToken", kind: token, blamedWhenMissing: "providerToken",
                others: #""provider":"APPLE""#),
        ] + options(Authenticate.self, #""provider":"OAUTH","providerToken":"t""#)

    private static let withToken =
        ([
            ("token", .visible(maximumBytes: 32_768), "token"), ("expiresAt", .timestamp, "expiresAt"),
            ("origin", .origin, "origin"),
            ("uuid", .uuid, "uuid"),
            ("clientID", identifier, nil), ("customID", identifier, nil), ("realm", identifier, nil),
            ("authID", identifier, nil), ("ifGeneration", generation, nil),
        ] as [(String, Kind, String?)]).map { member, kind, blamed in
            let others = [
                "token": #""t""#, "expiresAt": #""2026-11-23T05:02:03Z""#, "origin": #""OAUTH""#,
                "uuid": #""345d4c8f-5aff-591d-a19c-1ca48923d9ee""#,
            ].filter { $0.key != member }.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ",")
            return ParameterRule(
                request: AuthenticateWithToken.self, member: member, kind: kind, blamedWhenMissing: blamed,
                others: others)
        }

    private static let simple =
        ([
            ("email", email, "email", #""authID":"i""#), ("customID", identifier, "email", #""authID":"i""#),
            ("authID", identifier, "authID", #""email":"a""#), ("uuid", .uuid, nil, #""email":"a","authID":"i""#),
            ("profile", .object(maximumBytes: 16_384), nil, #""email":"a","authID":"i""#),
            ("ifGeneration", generation, nil, #""email":"a","authID":"i""#),
        ] as [(String, Kind, String?, String)]).map { member, kind, blamed, others in
            ParameterRule(
                request: SimpleAuthenticate.self, member: member, kind: kind, blamedWhenMissing: blamed, others: others)
        }

    private static let signInRequests =
        ([
            (BeginSignIn.self, "method", .word(["device", "browser"]), nil, ""),
            (BeginSignIn.self, "redirectURI", .visible(maximumBytes: 2_048), nil, ""),
            (BeginSignIn.self, "replace", .bool, nil, ""), (BeginSignIn.self, "ifGeneration", generation, nil, ""),
            (CompleteSignIn.self, "attempt", attempt, "attempt", #""callbackURL":"a:b""#),
            (CompleteSignIn.self, "callbackURL", .visible(maximumBytes: 16_384), "callbackURL", #""attempt":"a""#),
            (CompleteSignIn.self, "ifGeneration", generation, nil, #""attempt":"a","callbackURL":"a:b""#),
            (CancelSignIn.self, "attempt", attempt, nil, ""), (CancelSignIn.self, "ifGeneration", generation, nil, ""),
        ] as [(any SessionRequest.Type, String, Kind, String?, String)]).map { request, member, kind, blamed, others in
            ParameterRule(request: request, member: member, kind: kind, blamedWhenMissing: blamed, others: others)
        }

    private static let attempt = Kind.visible(maximumBytes: 64)

    private static let account =
        [
            ParameterRule(
                request: DeleteAccount.self, member: "authFactor", kind: .text(maximumBytes: 4_096),
                blamedWhenMissing: "authFactor"),
            ParameterRule(
                request: DeleteAccount.self, member: "provider", kind: .word(["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"]),
                others: #""authFactor":"t""#),
            ParameterRule(
                request: DeleteAccount.self, member: "authID", kind: identifier, others: #""authFactor":"t""#),
            ParameterRule(
                request: DeleteAccount.self, member: "ifGeneration", kind: generation,
                others: #""authFactor":"t""#),
            ParameterRule(
                request: ChangeAPIKey.self, member: "apiKey", kind: .visible(maximumBytes: 4_096),
                blamedWhenMissing: "apiKey"),
        ]

    private static let daemon = [
        ParameterRule(request: Watch.self, member: "since", kind: .integer(0...Int64.max)),
        ParameterRule(request: Hello.self, member: "protocol", kind: .integers, blamedWhenMissing: "protocol"),
        ParameterRule(request: Hello.self, member: "client", kind: identifier, others: #""protocol":[1]"#),
        ParameterRule(request: Hello.self, member: "onBehalfOf", kind: .pages, others: #""protocol":[1]"#),
        ParameterRule(request: GetOrigins.self, member: "follow", kind: .bool),
        ParameterRule(
            request: SetLogLevel.self, member: "level",
            kind: .word(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            blamedWhenMissing: "level"),
        ParameterRule(request: Reload.self, member: "dryRun", kind: .bool),
    ]

    /// Every request type of the module.
    static let requests: [any SessionRequest.Type] = [
        GetUUID.self, GetUUIDForAuthentication.self, GetStatus.self, RetrieveToken.self, RefreshToken.self,
        RegenerateUUID.self, Destroy.self, SignIn.self, Authenticate.self, AuthenticateWithToken.self,
        SimpleAuthenticate.self, BeginSignIn.self, GetPendingSignIn.self, CompleteSignIn.self, CancelSignIn.self,
        SignOut.self, SetIdentity.self, Touch.self, Hello.self, GetInfo.self, GetHealth.self,
        GetProfile.self, DeleteAccount.self, ChangeAPIKey.self, Watch.self, SetLogLevel.self, Reload.self,
        GetMetrics.self, GetOrigins.self, Discover.self,
    ]
}
