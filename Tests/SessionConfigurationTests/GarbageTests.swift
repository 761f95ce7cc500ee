// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@testable import TestSupport

@Suite("Garbage", .timeLimit(.minutes(10)))
struct GarbageTests {
    private static let pieces: [String] =
        SettingKey.all.map { "\($0.name)=" } + SettingSchema.known.sections.map { "\n[\($0.rawValue)]\n" } + [
            "\\", "\n", "\r\n", "\r", "#", ";", "\"", "'", "=", "[", "]", " ", "\t", "\\x", "\\u12", "\\U0010ffff", "1",
            ".",
            "-", "99999999999999999999", "s", "us", "µ", "infinity", "K", "G", "/", "https://", "http://[::1]:", "@",
            "user:",
            "group:", "any", "all,", "65534", "\u{FEFF}", "\u{301}", "\u{1F600}", "X-", "yes", "18446744073709551615us",
        ]

    private func makeFile(_ generator: inout SeededRandom) -> [UInt8] {
        var file: [UInt8] = []
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            if Int.random(in: 0..<12, using: &generator) == 0 {
                file.append(UInt8.random(in: .min ... .max, using: &generator))
            } else {
                file += Self.pieces.randomElement(using: &generator).map { Array($0.utf8) } ?? []
            }
        }
        return file
    }

    @Test("Loads, or is refused with places that exist, and never traps", arguments: 0..<20 as Range<UInt64>)
    func neverTraps(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let folder = try ConfigurationFolder()
        for _ in 0..<100 {
            let file = makeFile(&generator)
            let path = try folder.write("garbage.conf", bytes: file)
            let lines = file.count { $0 == 0x0A || $0 == 0x0D } + 1
            var found: [ConfigurationProblem]
            do throws(ConfigurationError) {
                let loaded = try ConfigurationLoader(.file(path)).load()
                found = loaded.warnings
                #expect(loaded.effectiveSettings.count >= SettingKey.all.count)
            } catch {
                found = error.problems + error.warnings
                #expect(!error.problems.isEmpty)
            }
            #expect(found.allSatisfy { $0.path == path && (1...lines).contains($0.line ?? 0) })
            #expect(found.allSatisfy { !$0.description.contains("\n") })
        }
    }
}
