// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import Crypto
import EmulatorTestSupport
import Foundation
import SessionProtocol
import SyneriseEmulator
import Testing

/// The log of requests.
@Suite(.timeLimit(.minutes(10))) struct LogTests {
    @Test func showsWhoAskedForWhatAndWhatBecameOfIt() async throws {
        try await RunningEmulator.with { emulator async throws in
            let token = try await emulator.anonymousToken()
            _ = try await emulator.refresh(token, apiKey: "Z")
            let entries = try await emulator.log()
            try #require(entries.count == 2)
            #expect(entries[0]["method"]?.string == "POST")
            #expect(entries[0]["path"]?.string == RunningEmulator.anonymousPath)
            #expect(entries[0]["endpoint"]?.string == "E1")
            #expect(entries[0]["host"]?.string == "authority.example")
            #expect(entries[0]["apiKey"]?.string == "K")
            #expect(entries[0]["uuid"]?.string == RunningEmulator.uuid)
            #expect(entries[0]["status"]?.integer == 200)
            #expect(entries[0]["jti"] == nil && entries[0]["fault"] == nil)
            #expect(entries[0]["time"]?.string.flatMap(Timestamp.init) != nil)
            #expect(entries[1]["status"]?.integer == 401)
            #expect(entries[1]["jti"]?.string?.isEmpty == false)
            #expect(entries[1]["uuid"]?.string == RunningEmulator.uuid)
            #expect(entries[1]["apiKeySHA256"]?.string == Self.hash("Z"))
            #expect(entries[1]["bearerSHA256"]?.string == Self.hash(token))
        }
    }

    @Test func showsTheFaultAndNoStatusWhereThereWasNoAnswer() async throws {
        try await RunningEmulator.with({ $0.faults = [try Fault("on=E1,drop")] }) { emulator async throws in
            _ = try await emulator.logIn()
            let entries = try await emulator.log()
            #expect(entries.map { $0["fault"]?.string } == ["on=E1,drop"])
            #expect(entries.first?["status"] == nil)
        }
    }

    @Test func keepsPasswordsAndTokensOut() async throws {
        try await RunningEmulator.with { emulator async throws in
            let token = try await emulator.clientToken()
            _ = try await emulator.refresh(token)
            let text = String(decoding: try await emulator.get("/__control/log").body, as: UTF8.self)
            #expect(!text.contains("secret") && !text.contains(token))
        }
    }

    @Test func waitsForAsManyEntriesAsAreAskedFor() async throws {
        try await RunningEmulator.with { emulator async throws in
            async let entries = emulator.log("?on=E5&atLeast=2")
            let token = try await emulator.anonymousToken()
            for _ in 0..<2 { _ = try await emulator.refresh(token) }
            #expect(try await entries.map { $0["sequence"]?.integer } == [2, 3])
            #expect(try await emulator.log("?since=2").map { $0["sequence"]?.integer } == [3])
        }
    }

    @Test func appendsALineForEachToTheFile() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).log")
        defer { try? FileManager.default.removeItem(at: file) }
        for _ in 0..<2 {
            try await RunningEmulator.with({ $0.logFile = file.path }) { _ = try await $0.logIn() }
        }
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        for line in lines {
            #expect(try JSONValue(parsing: Array(line.utf8))["endpoint"]?.string == "E1")
        }
    }

    @Test func refusesAFileThatCannotBeWritten() {
        var options = EmulatorOptions()
        options.logFile = "/nonexistent/log"
        #expect(throws: OptionError.self) { try EmulatorServer(options) }
    }

    private static func hash(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }
}
