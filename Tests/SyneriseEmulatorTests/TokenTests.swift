// SPDX-License-Identifier: Apache-2.0

import Crypto
import EmulatorTestSupport
import Foundation
import SessionProtocol
import Testing
import _CryptoExtras

@testable import SyneriseEmulator

/// The token object, and the JSON Web Token in it.
@Suite(.timeLimit(.minutes(10))) struct TokenTests {
    @Test func answersAnAnonymousLoginWithEveryMemberOfATokenObject() async throws {
        try await RunningEmulator.with { emulator async throws in
            let reply = try await emulator.logIn()
            #expect(reply.status == 200 && reply.isWhole)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(
                reply.json?.members?.map(\.name) == [
                    "token", "expiration", "created", "origin", "realm", "customId", "clientId", "clientUuid",
                ])
            #expect(reply["origin"]?.string == "ANONYMOUS")
            #expect(reply["realm"]?.string == "anonymous")
            #expect(reply["customId"] == .null)
            #expect(reply["clientUuid"]?.string == RunningEmulator.uuid)
            let created = try #require(reply["created"]?.integer)
            #expect(reply["expiration"]?.integer == created / 1000 + 3600)
        }
    }

    @Test(arguments: [#""email":"anna@example.com""#, #""customId":"card-1""#])
    func signsACustomerIn(name: String) async throws {
        try await RunningEmulator.with { emulator async throws in
            let body =
                #"{"apiKey":"K","identityProvider":"SYNERISE",\#(name),"password":"secret","attributes":{"a":1}}"#
            let reply = try await emulator.post(RunningEmulator.signInPath, body)
            #expect(reply.status == 200)
            #expect(reply["origin"]?.string == "SYNERISE")
            #expect(reply["realm"]?.string == "client")
            #expect(reply["customId"]?.string == "card-1")
            #expect(reply["clientUuid"]?.string.flatMap(CustomerUUID.init) != nil)
        }
    }

    @Test func signsWithRS512AndThePublishedKey() async throws {
        try await RunningEmulator.with({ $0.signingKeyPEM = nil }) { emulator async throws in
            let published = try await emulator.get("/v4/public.pem")
            let key = try _RSA.Signing.PublicKey(pemRepresentation: String(decoding: published.body, as: UTF8.self))
            let parts = try await emulator.anonymousToken().components(separatedBy: ".")
            try #require(parts.count == 3)
            #expect(String(decoding: try Self.decode(parts[0]), as: UTF8.self) == #"{"alg":"RS512","typ":"JWT"}"#)
            let signature = _RSA.Signing.RSASignature(rawRepresentation: try Self.decode(parts[2]))
            let signed = SHA512.hash(data: Data("\(parts[0]).\(parts[1])".utf8))
            #expect(key.isValidSignature(signature, for: signed, padding: .insecurePKCS1v1_5))
            let other = SHA512.hash(data: Data("\(parts[0]).\(parts[1])A".utf8))
            #expect(!key.isValidSignature(signature, for: other, padding: .insecurePKCS1v1_5))
        }
    }

    @Test func neverGivesOutTheSameTokenTwice() async throws {
        try await RunningEmulator.with { emulator async throws in
            let first = try await emulator.anonymousToken()
            #expect(try await emulator.anonymousToken() != first)
        }
    }

    @Test func acceptsTokensOfAnEarlierRunWithTheSameKey() async throws {
        var token: String?
        try await RunningEmulator.with { token = try await $0.clientToken() }
        try await RunningEmulator.with { emulator async throws in
            let reply = try await emulator.refresh(token)
            #expect(reply["clientUuid"]?.string == RunningEmulator.uuid)
        }
    }

    private static func decode(_ text: String) throws -> Data {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        return try #require(Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)))
    }
}
