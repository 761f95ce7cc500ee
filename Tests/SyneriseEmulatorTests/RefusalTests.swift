// SPDX-License-Identifier: Apache-2.0

import EmulatorTestSupport
import SessionProtocol
import Testing

@testable import SyneriseEmulator

/// What is not granted, and the error body that says so.
@Suite(.timeLimit(.minutes(10))) struct RefusalTests {
    struct Case: Sendable {
        var path: String
        var body: String
        var status: Int
        var field: String?
    }

    private static let signIn = RunningEmulator.signInPath
    private static let uuid = RunningEmulator.uuid

    static let cases = [
        Case(path: RunningEmulator.anonymousPath, body: #"{"uuid":"\#(uuid)"}"#, status: 400, field: "apiKey"),
        Case(path: RunningEmulator.anonymousPath, body: #"{"apiKey":"K"}"#, status: 400, field: "uuid"),
        Case(path: RunningEmulator.anonymousPath, body: #"{"apiKey":"K","uuid":"x"}"#, status: 400, field: "uuid"),
        Case(
            path: RunningEmulator.anonymousPath, body: #"{"apiKey":"K","uuid":"\#(uuid)","deviceID":"d"}"#, status: 400,
            field: "deviceID"),
        Case(path: RunningEmulator.anonymousPath, body: #"{"apiKey":"Z","uuid":"\#(uuid)"}"#, status: 401),
        Case(path: RunningEmulator.anonymousPath, body: "[]", status: 400),
        Case(path: RunningEmulator.anonymousPath, body: #"{"apiKey":"#, status: 400),
        Case(path: signIn, body: #"{"apiKey":"K"}"#, status: 400, field: "identityProvider"),
        Case(path: signIn, body: #"{"apiKey":"K","identityProvider":"X"}"#, status: 400, field: "identityProvider"),
        Case(
            path: signIn, body: #"{"apiKey":"K","identityProvider":"OAUTH"}"#, status: 400,
            field: "identityProviderToken"),
        Case(
            path: signIn, body: #"{"apiKey":"K","identityProvider":"SYNERISE","password":"secret"}"#, status: 400,
            field: "email"),
        Case(
            path: signIn, body: #"{"apiKey":"K","identityProvider":"SYNERISE","email":"anna@example.com"}"#,
            status: 400,
            field: "password"),
        Case(
            path: signIn, body: #"{"apiKey":"K","attributes":[],\#(RunningEmulator.anna)}"#, status: 400,
            field: "attributes"),
        Case(path: signIn, body: #"{"apiKey":"Z",\#(RunningEmulator.anna)}"#, status: 401),
        Case(
            path: signIn,
            body: #"{"apiKey":"K","identityProvider":"SYNERISE","email":"anna@example.com","password":"wrong"}"#,
            status: 401),
        Case(
            path: signIn, body: #"{"apiKey":"K","identityProvider":"SYNERISE","email":"b@b","password":"secret"}"#,
            status: 401),
        Case(
            path: signIn, body: #"{"apiKey":"K","identityProvider":"OAUTH","identityProviderToken":"t"}"#, status: 401),
        Case(path: RunningEmulator.refreshPath, body: "{}", status: 400, field: "apiKey"),
        Case(path: RunningEmulator.refreshPath, body: #"{"apiKey":"K"}"#, status: 401),
        Case(path: RunningEmulator.profilePath, body: "{}", status: 405),
        Case(path: "/v4/nothing", body: "{}", status: 404),
    ]

    @Test(arguments: cases)
    func refusesWithTheErrorBody(_ refused: Case) async throws {
        try await RunningEmulator.with { emulator async throws in
            let reply = try await emulator.post(refused.path, refused.body)
            #expect(reply.status == refused.status)
            #expect(
                reply.json?.members?.map(\.name) == ["timestamp", "status", "error", "message", "path", "errors"])
            #expect(reply["timestamp"]?.string.flatMap(Timestamp.init) != nil)
            #expect(reply["status"]?.integer == Int64(refused.status))
            #expect(reply["path"]?.string == refused.path)
            guard case .array(let errors)? = reply["errors"] else { throw TestFailure("no errors") }
            #expect(errors.map { $0["field"]?.string } == (refused.field.map { [$0] } ?? []))
        }
    }

    @Test func refusesAnotherMediaTypeThanJSON() async throws {
        try await RunningEmulator.with { emulator async throws in
            var request = TestRequest(method: "POST", path: RunningEmulator.refreshPath, body: #"{"apiKey":"K"}"#)
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            #expect(try await emulator.send(request).status == 415)
        }
    }

    @Test func acceptsAnyKeyWhereNoneIsConfigured() async throws {
        try await RunningEmulator.with({ $0.apiKeys = [] }) { emulator async throws in
            #expect(try await emulator.logIn().status == 200)
        }
    }

    @Test func servesNoOptionalPathUnlessItIsGiven() async throws {
        try await RunningEmulator.with { emulator async throws in
            #expect(try await emulator.post("/sign-out", #"{"apiKey":"K"}"#).status == 404)
        }
    }
}
