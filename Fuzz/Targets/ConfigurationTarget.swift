// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol
import SessiondPrimitives

@testable import AccessRules
@testable import SessionConfiguration
@testable import SessiondLinux

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
            checkRules(loaded.settings)
            checkNamedFiles(loaded.settings, parts)
            checkShown(loaded)
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

    /// Whoever no rule names has what everybody has, and a name that cannot be looked up gives nobody more.
    private static func checkRules(_ settings: Settings) {
        let (rules, pages) = (settings.access.rules, settings.access.originRules)
        let names = Set(rules.compactMap(\.subject.accountName))
        let stranger = Credentials(uid: Credentials.noID, gid: Credentials.noID, groups: [])
        let everybody = rules.reduce(into: Set<Capability>()) { granted, rule in
            if rule.subject == .any { granted.formUnion(rule.capabilities) }
        }
        for standing in [NameStanding.asked, .absent, .found(1000), .unavailable(.tooLarge, keeping: 1000)] {
            let standings = Dictionary(uniqueKeysWithValues: names.map { ($0, standing) })
            let policy = AccessPolicy(rules, pages, standings, ownUser: nil)
            let granted = policy.capabilities(of: stranger, isObserver: false)
            require(granted == CapabilitySet(everybody), "a stranger has \(granted)")
        }
    }

    /// What a file holds that a setting names is judged, and not repeated.
    private static func checkNamedFiles(_ settings: Settings, _ contents: [[UInt8]]) {
        for file in SettingSchema.known.kinds.flatMap({ $0.namedFiles(settings) }) {
            for content in contents {
                guard let fault = file.fault(content) else { continue }
                require(!fault.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a fault with control characters: \(fault)")
                require(fault.utf8.count <= 200, "a fault of \(fault.utf8.count) bytes")
            }
        }
    }

    /// What is shown of a configuration is one that says the same.
    private static func checkShown(_ loaded: LoadedConfiguration) {
        func isShown(_ setting: EffectiveSetting) -> Bool {
            !setting.key.isSecret && Printable.escaped(setting.value) == setting.value
        }
        let hidden = Set(loaded.effectiveSettings.filter { !isShown($0) }.map(\.key.name))
        let shown = loaded.effectiveSettings.filter { !hidden.contains($0.key.name) }
        let text = loaded.lines.joined(separator: "\n") + "\n"
        files.write([Array(text.utf8), [], []])
        do throws(ConfigurationError) {
            let again = try files.load().effectiveSettings.filter { !hidden.contains($0.key.name) }
            require(again.map(\.value) == shown.map(\.value), "what is shown says something else:\n\(text)")
        } catch {
            fail("what is shown is refused: \(error)\n\(text)")
        }
    }
}
