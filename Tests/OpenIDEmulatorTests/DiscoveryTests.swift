// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import Crypto
import EmulatorTestSupport
import Foundation
import OpenIDEmulator
import SessionProtocol
import Testing
import _CryptoExtras

/// What the provider publishes of itself.
@Suite(.timeLimit(.minutes(10))) struct DiscoveryTests {
    static let places = [
        "/realms/shop/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/realms/shop",
    ]

    @Test(arguments: places)
    func saysWhatItIsInBothPlaces(path: String) async throws {
        try await RunningEmulator.with { emulator async throws in
            let published = try await emulator.get(path)
            let issuer = "http://127.0.0.1:\(emulator.port)/realms/shop"
            #expect(published["issuer"]?.string == issuer)
            #expect(published["device_authorization_endpoint"]?.string == issuer + "/device_authorization")
            #expect(published["authorization_response_iss_parameter_supported"]?.bool == true)
        }
    }

    @Test func saysThatItIsSomethingElseWhereItIsTold() async throws {
        try await RunningEmulator.with(options: ["issuer=https://localhost:1/realms/shop", "namesIssuer=false"]) {
            let published = try await $0.get(Self.places[0])
            #expect(published["issuer"]?.string == "https://localhost:1/realms/shop")
            #expect(published["token_endpoint"]?.string == "https://localhost:1/realms/shop/token")
            #expect(published["authorization_response_iss_parameter_supported"] == nil)
        }
    }

    @Test func servesAnIssuerWithoutAPath() async throws {
        try await RunningEmulator.with({ $0.issuerPath = "" }) { emulator async throws in
            let published = try await emulator.get("/.well-known/oauth-authorization-server")
            #expect(published["issuer"]?.string == "http://127.0.0.1:\(emulator.port)")
        }
    }

    @Test(arguments: ["realms", "/realms/", "/"])
    func refusesAPathThatMakesNoIssuer(path: String) {
        var options = EmulatorOptions()
        options.issuerPath = path
        #expect(throws: OptionError.self) { try EmulatorServer(options) }
    }

    @Test func publishesTheKeyThatSignsIDTokens() async throws {
        try await RunningEmulator.with { emulator async throws in
            let keys = try await emulator.get("/realms/shop/jwks")
            guard case .array(let all)? = keys["keys"], let key = all.first else { throw TestFailure("no key") }
            let token = try #require(try await emulator.signIn()["id_token"]?.string)
            let parts = token.split(separator: ".").map(String.init)
            let header = try JSONValue(parsing: try #require(Base64URL.decode(parts[0])))
            #expect(header["kid"] == key["kid"] && header["alg"]?.string == "RS256")
            let numbers = try ["n", "e"].map { try #require(Base64URL.decode(key[$0]?.string ?? "")) }
            let signature = try #require(Base64URL.decode(parts[2]))
            let isValid = try _RSA.Signing.PublicKey(n: numbers[0], e: numbers[1]).isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: SHA256.hash(data: Data("\(parts[0]).\(parts[1])".utf8)), padding: .insecurePKCS1v1_5)
            #expect(isValid)
        }
    }

    @Test(arguments: ["GET /realms/shop/token 405", "GET /realms/shop/nothing 404", "POST /realms/shop/jwks 405"])
    func servesNothingElse(line: String) async throws {
        let words = line.split(separator: " ").map(String.init)
        try await RunningEmulator.with { emulator async throws in
            let reply = try await emulator.send(TestRequest(method: words[0], path: words[1], body: ""))
            #expect(reply.status == Int(words[2]))
        }
    }
}
