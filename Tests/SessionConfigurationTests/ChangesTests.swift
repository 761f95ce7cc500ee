// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

/// Which settings are other ones in another configuration; SettingPlacesTests looks at each by itself.
@Suite(.timeLimit(.minutes(10))) struct ChangesTests {
    private func changes(_ first: String, _ second: String) throws -> [String] {
        SettingSchema.known.changes(from: try load(first).settings, to: try load(second).settings).map(\.description)
    }

    @Test func anotherSecretIsAChangeThoughBothAreShownAlike() throws {
        #expect(try changes("[Synerise]\nAPIKey=a\n", "[Synerise]\nAPIKey=b\n") == ["Synerise.APIKey"])
    }

    @Test func anotherPlaceOfTheSameLinesIsNoChange() throws {
        let rules = "[Access]\nAllow=admin any\nAllow=token.read user:1\n"
        #expect(try changes(rules, "# moved\n\n" + rules) == [])
        let turned = "[Access]\nAllow=token.read user:1\nAllow=admin any\n"
        #expect(try changes(rules, turned) == ["Access.Allow"])
    }
}
