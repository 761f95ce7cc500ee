// SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import SessionConfiguration

/// Three files of a configuration: the main one, and two drop-ins.
enum ConfigurationTarget {
    private static let files = ConfigurationFiles()

    static func run(_ input: [UInt8]) {
        let parts = Array((input.parts + [[], []]).prefix(3))
        files.write(parts)
        var found: [ConfigurationProblem]
        do throws(ConfigurationError) {
            let loaded = try files.load()
            found = loaded.warnings
            checkEffectiveSettings(loaded)
        } catch {
            require(!error.problems.isEmpty, "refused without a reason")
            found = error.problems + error.warnings
        }
        require(found.count <= 2 * (ConfigurationLimits.maximumProblems + 1), "\(found.count) problems")
        for problem in found { check(problem, parts) }
    }

    private static func check(_ problem: ConfigurationProblem, _ parts: [[UInt8]]) {
        let text = problem.description
        require(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a problem with control characters: \(problem)")
        require(text.utf8.count <= 2_048, "a problem of \(text.utf8.count) bytes")
        guard let line = problem.line else { return }
        let part = require(files.index(of: problem.path), "a problem of another file: \(problem)")
        let lines = parts[part].count { $0 == 0x0A || $0 == 0x0D } + 1
        require((1...lines).contains(line), "a problem of a line that does not exist: \(problem)")
    }

    /// What is shown of a configuration is one that says the same.
    private static func checkEffectiveSettings(_ loaded: LoadedConfiguration) {
        let shown = loaded.effectiveSettings.filter { !$0.key.isSecret }
        var text = ""
        for setting in shown where setting.key.isList { text += line(setting, "") }
        for setting in shown where !setting.value.isEmpty { text += line(setting, setting.value) }
        files.write([Array(text.utf8), [], []])
        do throws(ConfigurationError) {
            let again = try files.load().effectiveSettings.filter { !$0.key.isSecret }
            require(again.map(\.value) == shown.map(\.value), "what is shown says something else:\n\(text)")
        } catch {
            fail("what is shown is refused: \(error)\n\(text)")
        }
    }

    private static func line(_ setting: EffectiveSetting, _ value: String) -> String {
        "[\(setting.key.section.rawValue)]\n\(setting.key.name)=\(value)\n"
    }
}
