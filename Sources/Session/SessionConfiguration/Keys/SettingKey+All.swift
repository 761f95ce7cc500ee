// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
    /// Every setting, in the order of the example file.
    ///
    /// A new one is one entry in the table of its section and one member of ``Settings`` with the default.
    package static let all = authority + local + synerise + session + store + access + limits

    /// The settings that have another value in the second than in the first, in the order of ``all``.
    package static func changes(from first: Settings, to second: Settings) -> [SettingKey] {
        all.filter { !$0.isSame(first, second) }
    }

    /// The setting of this name, if there is one; names are compared as bytes.
    package static func named(_ name: String, in section: SettingSection) -> SettingKey? {
        all.first { $0.section == section && $0.name.isSame(as: name) }
    }
}
