// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import Crypto
import EmulatorTestSupport
import OpenIDEmulator
import SessionProtocol
import Testing

/// The calls that steer it, its options, and its log.
@Suite(.timeLimit(.minutes(10))) struct SteeringTests {
    @Test func changesOptionsAllOrNone() async throws {
        try await RunningEmulator.with { emulator async throws in
            let changed = try await emulator.control("options", #"{"accessTokenSeconds":7,"rotates":false}"#)
            #expect(changed["options"]?["accessTokenSeconds"]?.integer == 7)
            let bad = #"{"accessTokenSeconds":8,"intervalSeconds":0}"#
            #expect(try await emulator.control("options", bad).status == 400)
            let options = try await emulator.get("/__control/options")["options"]
            #expect(options == changed["options"] && options?.members?.map(\.name) == Behaviour.names)
            #expect(try await emulator.signIn()["expires_in"]?.integer == 7)
        }
    }

    @Test(arguments: [
        "rotates", "rotates=1", "intervalSeconds=0", "intervalSeconds=x", "accessTokens=paper", "issuer=1",
        "other=true",
    ])
    func refusesAnOptionOfAnotherForm(text: String) {
        var behaviour = Behaviour()
        #expect(throws: OptionError.self) { try behaviour.read(text) }
    }

    @Test func knowsPeopleThatItIsToldOf() async throws {
        try await RunningEmulator.with { emulator async throws in
            let carl = #"{"login":"carl","sub":"sub-of-carl","claims":{"loyalty":"card-1"}}"#
            #expect(try await emulator.control("accounts", carl).status == 200)
            let device = try await emulator.beginDevice()
            _ = try await emulator.control("approve", #"{"account":"carl"}"#)
            let tokens = try await emulator.poll(device)
            #expect(tokens.idToken?["loyalty"]?.string == "card-1")
            #expect(try await emulator.userinfo(tokens)["sub"]?.string == "sub-of-carl")
        }
    }

    @Test func listsDevicesThatWaitAndGrants() async throws {
        try await RunningEmulator.with { emulator async throws in
            let device = try await emulator.beginDevice()
            guard case .array(let waiting)? = try await emulator.get("/__control/devices")["devices"] else {
                throw TestFailure("no devices")
            }
            #expect(waiting.map { $0["userCode"] } == [device["user_code"]])
            let tokens = try await emulator.signIn()
            guard case .array(let grants)? = try await emulator.get("/__control/grants")["grants"] else {
                throw TestFailure("no grants")
            }
            #expect(grants.map { $0["account"]?.string } == ["anna"])
            #expect(grants.first?["refreshTokenSHA256"]?.string == Self.hash(tokens["refresh_token"]))
        }
    }

    @Test(arguments: [
        "approve {}", #"approve {"account":"nobody"}"#, #"approve {"account":"anna","user_code":"XXXX-XXXX"}"#,
        "deny {}",
        "authorize {}", #"authorize {"url":"http://127.0.0.1/"}"#, "revoke-grant {}", "accounts {}", "nothing {}",
        #"options {"other":1}"#, "lifetime {}",
    ])
    func refusesACallOfAnotherForm(call: String) async throws {
        let parts = call.split(separator: " ", maxSplits: 1).map(String.init)
        try await RunningEmulator.with { emulator async throws in
            if parts[1].contains("user_code") || parts[1].contains("nobody") { _ = try await emulator.beginDevice() }
            #expect(try await emulator.control(parts[0], parts[1]).status == 400)
        }
    }

    @Test func logsWhatWasAskedAndWhatBecameOfIt() async throws {
        try await RunningEmulator.with({ $0.faults = [try Fault("on=token.refresh,drop")] }) { emulator async throws in
            let tokens = try await emulator.signIn()
            _ = try await emulator.refresh(tokens)
            let all = try await emulator.log()
            #expect(all.map { $0["endpoint"]?.string } == ["device", "token.device", "token.refresh"])
            let (device, token, lost) = (all[0], all[1], all[2])
            #expect(device["client"]?.string == "kiosk" && device["authentication"]?.string == "none")
            #expect(device["sent"]?["scope"]?.string == "openid offline_access")
            #expect(token["account"]?.string == "anna" && token["answered"]?["expires_in"]?.integer == 300)
            let hash = "sha256:\(Self.hash(tokens["refresh_token"]))"
            #expect(
                token["answered"]?["refresh_token"]?.string == hash && lost["sent"]?["refresh_token"]?.string == hash)
            #expect(lost["status"] == nil && lost["answered"]?["access_token"] != nil)
        }
    }

    @Test func keepsSecretsOutOfTheLog() async throws {
        try await RunningEmulator.with { emulator async throws in
            let device = try await emulator.beginDevice()
            let tokens = try await emulator.signIn()
            _ = try await emulator.form("/device_authorization", [:], basic: "till:secret")
            _ = try await emulator.form("/device_authorization", ["client_id": "poster", "client_secret": "secret"])
            let text = String(decoding: try await emulator.get("/__control/log").body, as: UTF8.self)
            let secrets = ["access_token", "refresh_token", "id_token"].map { tokens[$0]?.string }
            for secret in secrets + [device["device_code"]?.string, device["user_code"]?.string] {
                #expect(!text.contains(try #require(secret)))
            }
            #expect(!text.contains(#":"secret"#))
        }
    }

    private static func hash(_ value: JSONValue?) -> String { SHA256Hex.of(value?.string ?? "") }
}
