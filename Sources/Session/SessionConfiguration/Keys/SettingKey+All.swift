// SPDX-License-Identifier: Apache-2.0

extension SettingKey {
    /// Every setting, in the order of the example file.
    ///
    /// A new one is one entry in the table of its section and one member of ``Settings`` with the default.
    package static var all: [SettingKey] { SettingSchema.known.keys }

    /// Which of these authorities is used.
    static func kind(among kinds: [AuthorityKind]) -> SettingKey {
        let meanings = kinds.map { "\($0.name) is \($0.meaning)" }.joined(separator: "; ")
        return SettingKey(
            .authority, "Kind", \.authority.kind, .choice(among: kinds, name: { $0.name }),
            "Who issues tokens: \(meanings).")
    }
}
