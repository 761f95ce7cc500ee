// SPDX-License-Identifier: Apache-2.0

/// The settings there are, with those of some kinds of authority.
package struct SettingSchema: Sendable {
    /// With every authority that ships.
    package static let known = SettingSchema(kinds: KnownAuthority.allCases.map(\.kind))

    /// The description of the key that says who issues tokens.
    static let authorityKind = "\(SettingSection.authority.rawValue).Kind"

    package let kinds: [AuthorityKind]
    /// Every setting, in the order of the example file.
    package let keys: [SettingKey]
    /// The sections, in that order.
    package let sections: [SettingSection]

    package init(kinds: [AuthorityKind]) {
        self.kinds = kinds
        keys =
            [SettingKey.kind(among: kinds)] + kinds.flatMap(\.keys) + SettingKey.session + SettingKey.store
            + SettingKey.access + SettingKey.limits
        sections = [.authority] + kinds.map(\.section) + [.session, .store, .access, .limits]
    }

    /// The kind of this name, if there is one.
    package func kind(_ name: String) -> AuthorityKind? { kinds.first { $0.name == name } }

    /// The setting of this name, if there is one; names are compared as bytes.
    package func key(_ name: String, in section: SettingSection) -> SettingKey? {
        keys.first { $0.section == section && $0.name.isSame(as: name) }
    }

    /// The settings that have another value in the second than in the first, in the order of ``keys``.
    package func changes(from first: Settings, to second: Settings) -> [SettingKey] {
        keys.filter { !$0.isSame(first, second) }
    }
}
