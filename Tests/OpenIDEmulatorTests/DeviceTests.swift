// SPDX-License-Identifier: Apache-2.0

import EmulatorTestSupport
import Foundation
import OpenIDEmulator
import SessionProtocol
import Testing

/// The grant for devices, RFC 8628.
@Suite(.timeLimit(.minutes(10))) struct DeviceTests {
    @Test func waitsForThePerson() async throws {
        try await RunningEmulator.with(options: ["slowsDown=false"]) { emulator async throws in
            let device = try await emulator.beginDevice()
            #expect(device.status == 200)
            let (code, page) = (device["user_code"]?.string ?? "", device["verification_uri"]?.string ?? "")
            #expect(code.contains(/^[A-Z]{4}-[A-Z]{4}$/) && page.hasSuffix("/realms/shop/device"))
            #expect(device["verification_uri_complete"]?.string == "\(page)?user_code=\(code)")
            #expect(try await emulator.poll(device).error == "authorization_pending")
            _ = try await emulator.control("approve", #"{"account":"anna","user_code":"\#(code)"}"#)
            let tokens = try await emulator.poll(device)
            #expect(tokens["expires_in"]?.integer == 300 && tokens["scope"]?.string == "openid offline_access")
            #expect(tokens.idToken?["sub"]?.string == "sub-of-anna" && tokens.idToken?["azp"]?.string == "kiosk")
            #expect(try await emulator.poll(device).error == "invalid_grant")
            let profile = try await emulator.userinfo(tokens)
            #expect(profile.json?.members?.map(\.name) == ["sub", "preferred_username", "email"])
        }
    }

    @Test func tellsWhoComesTooEarlyAndWantsFiveSecondsMore() async throws {
        try await RunningEmulator.with { emulator async throws in
            let device = try await emulator.beginDevice()
            let steps = [
                (0, "authorization_pending"), (4, "slow_down"), (9, "slow_down"), (15, "authorization_pending"),
            ]
            for (seconds, error) in steps {
                _ = try await emulator.control("clock", #"{"advanceSeconds":\#(seconds)}"#)
                #expect(try await emulator.poll(device).error == error, "after \(seconds) s")
            }
        }
    }

    @Test func deniesAndExpires() async throws {
        try await RunningEmulator.with(options: ["deviceCodeSeconds=60"]) { emulator async throws in
            let denied = try await emulator.beginDevice()
            _ = try await emulator.control("deny")
            #expect(try await emulator.poll(denied).error == "access_denied")
            let expired = try await emulator.beginDevice()
            _ = try await emulator.control("clock", #"{"advanceSeconds":60}"#)
            #expect(try await emulator.poll(expired).error == "expired_token")
            #expect(try await emulator.control("approve", #"{"account":"anna"}"#).status == 400)
        }
    }

    @Test func redeemsTwiceWhereItIsTold() async throws {
        try await RunningEmulator.with(options: ["redeemsTwice=true"]) { emulator async throws in
            let device = try await emulator.beginDevice()
            _ = try await emulator.control("approve", #"{"account":"anna"}"#)
            let (first, second) = (try await emulator.poll(device), try await emulator.poll(device))
            #expect(first["access_token"] != second["access_token"] && second.status == 200)
        }
    }

    @Test func wantsAChallengeWhereItIsTold() async throws {
        try await RunningEmulator.with(options: ["devicePKCE=true"]) { emulator async throws in
            #expect(try await emulator.beginDevice().error == "invalid_request")
            let device = try await emulator.form(
                "/device_authorization", ["client_id": "kiosk", "code_challenge": RunningEmulator.challenge])
            _ = try await emulator.control("approve", #"{"account":"anna"}"#)
            #expect(try await emulator.poll(device).error == "invalid_request")
            let tokens = try await emulator.form(
                "/token",
                [
                    "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "kiosk",
                    "device_code": device["device_code"]?.string, "code_verifier": RunningEmulator.verifier,
                ])
            #expect(tokens.status == 200)
        }
    }

    @Test func wantsTheScopeOnceMoreWhereItIsTold() async throws {
        try await RunningEmulator.with(options: ["pollScope=true", "slowsDown=false"]) { emulator async throws in
            let device = try await emulator.beginDevice()
            #expect(try await emulator.poll(device).error == "invalid_scope")
            #expect(try await emulator.poll(device, scope: "openid").error == "authorization_pending")
        }
    }

    @Test(arguments: [
        ("offline", "openid offline_access", true), ("offline", "openid", false), ("always", "openid", true),
        ("never", "openid offline_access", false),
    ])
    func givesRefreshTokensToThoseItIsToldTo(option: String, scope: String, expected: Bool) async throws {
        try await RunningEmulator.with(options: ["refreshTokens=\(option)"]) { emulator async throws in
            #expect((try await emulator.signIn(scope: scope)["refresh_token"] != nil) == expected)
        }
    }

    @Test func leavesOutWhatItIsToldTo() async throws {
        try await RunningEmulator.with(options: ["deviceIDToken=false", "completesURI=false"]) {
            emulator async throws in
            #expect(try await emulator.beginDevice()["verification_uri_complete"] == nil)
            #expect(try await emulator.signIn()["id_token"] == nil)
        }
    }
}
