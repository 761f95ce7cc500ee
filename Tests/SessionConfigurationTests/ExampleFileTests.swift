// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import Testing

@Suite("Shipped example", .timeLimit(.minutes(10)))
struct ExampleFileTests {
    /// What the table of keys says that a block must be.
    private func block(for key: SettingKey) -> ExampleFile.Block {
        let defaults = key.defaultTexts
        let written = defaults.joined()
        return ExampleFile.Block(
            section: key.section.rawValue,
            comment: """
                \(key.meaning) Type: \(key.form). \
                Default: \(written.isEmpty ? "unset" : key.isList ? "these lines" : written).
                """,
            settings: defaults.map { "\(key.name)=\($0)" }
        )
    }

    @Test func changesNothingAsItIs() throws {
        let loaded = try load(try ExampleFile().text)
        #expect(loaded.settings == Settings())
        #expect(loaded.warnings.isEmpty)
    }

    @Test func statesTheDefaultsWithEveryLineUncommented() throws {
        let uncommented = try ExampleFile().uncommented
        let loaded = try load(uncommented.replacing("Allow=identity", with: "Allow=\nAllow=identity"))
        let shown = loaded.effectiveSettings.map { "\($0.key)=\($0.value)" }
        #expect(shown == KeyTableTests.contract)
        #expect(loaded.warnings.isEmpty)
        let inForce = uncommented.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("[") }
        #expect(inForce.count == KeyTableTests.contract.count)
        #expect(try load(uncommented).warnings.isEmpty)
    }

    @Test func documentsEveryKeyOfTheTableAndNoOther() throws {
        let blocks = try ExampleFile().blocks
        let expected = SettingKey.all.map(block)
        let difference = zip(blocks, expected).first { $0 != $1 }
        #expect(
            difference == nil && blocks.count == expected.count,
            """
            Packaging/sessiond.conf has a block for each key, in the order of SettingKey.all; the first that differs, and \
            what it is to be: \(String(describing: difference))
            """)
    }

    @Test func keepsItsCommentsWithin80Columns() throws {
        let long = try ExampleFile().text.split(separator: "\n").filter { $0.hasPrefix("# ") && $0.utf8.count > 80 }
        #expect(long.isEmpty)
    }
}
