// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

/// sessiond.conf(5), against the table of keys.
@Suite(.timeLimit(.minutes(10))) struct ConfigurationPageTests {
    private let page: ManualPage

    init() throws { page = try ManualPage("sessiond.conf.5") }

    @Test func hasEveryKeyInItsSectionAndNoOther() {
        let documented = page.parts(of: "OPTIONS").flatMap { part in
            page.entries(of: part).flatMap { $0.words("Cm") }.map { "\(part): \($0)" }
        }
        let known = SettingKey.all.map { "[\($0.section.rawValue)] section: \($0.name)" }
        #expect(
            documented == known,
            """
            man/sessiond.conf.5, OPTIONS: \(Set(documented).symmetricDifference(known)) to be added, removed, or put in \
            the order of SettingKey.all
            """)
    }

    @Test("Says what a key takes, and its default", arguments: SettingKey.all.map(\.description))
    func saysTypeAndDefault(name: String) throws {
        let key = try #require(SettingKey.all.first { $0.description == name })
        let entries = page.entries(of: "[\(key.section.rawValue)] section")
        let entry = try #require(entries.first { $0.words("Cm") == [key.name] })
        let defaults = key.defaultTexts.joined(separator: "; ")
        let expected = "Type: \(key.form). Default: \(defaults.isEmpty ? "unset" : defaults)."
        #expect(ManualPage.text(entry.lines.prefix { $0 != ".Pp" }) == expected)
        #expect(entry.lines.contains(".Pp"))
    }
}
