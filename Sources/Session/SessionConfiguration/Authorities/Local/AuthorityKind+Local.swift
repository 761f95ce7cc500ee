// SPDX-License-Identifier: Apache-2.0

extension AuthorityKind {
    /// The embedded authority: it needs no network and no account.
    package static let local = AuthorityKind(
        name: "local", meaning: "the embedded authority, without network and account", section: .local,
        keys: SettingKey.local,
        namedFiles: { [NamedFile(setting: "AccountsFile", path: $0.local.accountsFile, isSecret: true)] })
}

extension SettingSection {
    static let local = SettingSection(rawValue: "Local")
}
