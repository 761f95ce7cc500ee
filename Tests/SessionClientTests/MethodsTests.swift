// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionClient
import SessionProtocol
import Testing

/// The methods by the names of the SDK.
@Suite(.timeLimit(.minutes(10))) struct MethodsTests {
    typealias Call = @Sendable (SessionClient) async throws -> Void

    static let calls: [(line: String, call: Call)] = [
        (#""session.getUUID","params":{}"#, { _ = try await $0.getUUID() }),
        (
            #""session.getUUIDForAuthentication","params":{"authID":"a"}"#,
            { _ = try await $0.getUUIDForAuthentication(authID: "a") }
        ),
        (#""session.status","params":{}"#, { _ = try await $0.status() }),
        (
            #""session.retrieveToken","params":{"minimumValiditySeconds":2,"allowStale":true,"requireSignedIn":true}"#,
            {
                _ = try await $0.retrieveToken(
                    minimumValidity: .milliseconds(1_001), allowStale: true, requireSignedIn: true)
            }
        ),
        (#""session.refreshToken","params":{}"#, { _ = try await $0.refreshToken() }),
        (
            #""session.regenerateUUID","params":{"clientIdentifier":"i","ifGeneration":7}"#,
            { _ = try await $0.regenerateUUID(clientIdentifier: "i", ifGeneration: 7) }
        ),
        (
            #""session.destroy","params":{"discardUnreadable":true}"#,
            { _ = try await $0.destroy(discardUnreadable: true) }
        ),
        (
            #""session.signIn","params":{"email":"e","password":"p"}"#,
            { _ = try await $0.signIn(.email("e"), password: Secret("p")) }
        ),
        (
            #""session.authenticate","params":{"provider":"GOOGLE","providerToken":"t","conditional":true}"#,
            {
                _ = try await $0.authenticate(
                    provider: .google, providerToken: Secret("t"), options: AuthenticationOptions(conditional: true))
            }
        ),
        (
            #""session.simpleAuthenticate","params":{"customID":"c","authID":"a"}"#,
            { _ = try await $0.simpleAuthenticate(.customID("c"), authID: "a") }
        ),
        (
            #""session.signOut","params":{"mode":"destroy","fromAllDevices":true}"#,
            { _ = try await $0.signOut(mode: .destroy, fromAllDevices: true) }
        ),
        (
            #""session.setIdentity","params":{"customEmail":"e","customIdentifier":null}"#,
            { _ = try await $0.setIdentity(customEmail: .set("e"), customIdentifier: .clear) }
        ),
        (#""session.profile","params":{}"#, { _ = try await $0.profile() }),
        (
            #""session.deleteAccount","params":{"provider":"APPLE","authFactor":"t","authID":"a","ifGeneration":7}"#,
            {
                _ = try await $0.deleteAccount(
                    authFactor: Secret("t"), provider: .apple, authID: "a", ifGeneration: 7)
            }
        ),
        (#""authority.changeAPIKey","params":{"apiKey":"k"}"#, { _ = try await $0.changeAPIKey(Secret("k")) }),
        (#""session.touch","params":{}"#, { try await $0.touch() }),
        (
            #""daemon.hello","params":{"protocol":[1],"client":"till/4.2"}"#,
            { _ = try await $0.hello(client: "till/4.2") }
        ),
        (#""daemon.info","params":{}"#, { _ = try await $0.info() }),
        (#""daemon.health","params":{}"#, { _ = try await $0.health() }),
        (#""daemon.metrics","params":{}"#, { _ = try await $0.metrics() }),
        (#""rpc.discover","params":{}"#, { _ = try await $0.discover() }),
        (#""daemon.setLogLevel","params":{"level":"debug"}"#, { try await $0.setLogLevel(.debug) }),
        (#""daemon.reload","params":{"dryRun":true}"#, { _ = try await $0.reload(dryRun: true) }),
    ]

    /// Those that were added to version 1.
    static let newer: [(line: String, call: Call)] = [
        (
            #""session.beginSignIn","params":{"method":"browser","redirectURI":"a:/b","replace":true,"ifGeneration":7}"#,
            { _ = try await $0.beginSignIn(.browser, redirectURI: "a:/b", replace: true, ifGeneration: 7) }
        ),
        (
            #""session.pendingSignIn","params":{}"#,
            {
                let pending = try await $0.pendingSignIn()
                #expect(pending?.userCode?.reveal() == "WDJB-MJHT")
            }
        ),
        (
            #""session.completeSignIn","params":{"attempt":"a-1","callbackURL":"a:/b?code=c","ifGeneration":7}"#,
            {
                let status = try await $0.completeSignIn(
                    attempt: "a-1", callbackURL: Secret("a:/b?code=c"), ifGeneration: 7)
                #expect(status.signedIn)
            }
        ),
        (
            #""session.cancelSignIn","params":{"attempt":"a-1","ifGeneration":7}"#,
            {
                let cancelled = try await $0.cancelSignIn(attempt: "a-1", ifGeneration: 7)
                #expect(cancelled)
            }
        ),
    ]

    @Test(arguments: calls.indices)
    func eachIsOneRequest(index: Int) async throws {
        let (line, call) = MethodsTests.calls[index]
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        try await call(SessionClient(socketPath: daemon.path))
        for await request in daemon.arrivals.prefix(1) {
            #expect(request.line == #"{"jsonrpc":"2.0","id":1,"method":\#(line)}"#)
        }
    }

    @Test(arguments: newer.indices)
    func eachOfTheNewerIsOneRequestOnceTheDaemonHasSaidThatItHasIt(index: Int) async throws {
        let (line, call) = MethodsTests.newer[index]
        let info = Sample.info.replacing(#""features":[]"#, with: #""features":["signInRequest"]"#)
        let daemon = try FakeDaemon.answering {
            .result($0.method == "daemon.info" ? info : Sample.result(of: $0.method))
        }
        defer { daemon.stop() }
        try await call(SessionClient(socketPath: daemon.path))
        var lines: [String] = []
        for await request in daemon.arrivals.prefix(2) { lines.append(request.line) }
        #expect(lines.first?.contains("daemon.info") == true)
        #expect(lines.last?.hasSuffix(#","method":\#(line)}"#) == true)
    }

    // A watch is SessionClient.changes(), and a client token takes a request of its own. Which origins are listed is
    // asked by whoever shows pages.
    @Test func eachMethodHasAName() {
        let calls = MethodsTests.calls + MethodsTests.newer
        let called = calls.compactMap { $0.line.split(separator: "\"").first.map(String.init) }
        let others = [Method.watch, .authenticateWithToken, .origins].map(\.rawValue)
        for method in Method.allCases {
            #expect(
                (called + others).contains(method.rawValue),
                """
                SessionClient has no method for \(method.rawValue): write one in \
                Sources/Apps/SessionClient/SessionClient+Methods.swift, and its call in \
                Tests/SessionClientTests/MethodsTests.swift
                """)
        }
    }

    @Test func aClientTokenIsInstalled() async throws {
        let daemon = try FakeDaemon.answering { .result(Sample.result(of: $0.method)) }
        defer { daemon.stop() }
        let uuid = try #require(CustomerUUID(Sample.uuid))
        let request = AuthenticateWithToken(
            token: Secret("t"), expiresAt: Timestamp(secondsSince1970: 0), origin: .synerise, uuid: uuid)
        let answer = try await SessionClient(socketPath: daemon.path).authenticateWithToken(request)
        #expect(answer.session.signedIn)
    }
}
