// SPDX-License-Identifier: Apache-2.0

/// A section of a configuration file. Each kind of authority has one of its own, declared in its folder.
package struct SettingSection: RawRepresentable, Sendable, Hashable {
    /// What stands in the brackets.
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// Who issues tokens.
    package static let authority = SettingSection(rawValue: "Authority")
    /// The session and its policy.
    package static let session = SettingSection(rawValue: "Session")
    /// The stored state.
    package static let store = SettingSection(rawValue: "Store")
    /// Who may do what.
    package static let access = SettingSection(rawValue: "Access")
    /// What clients may take.
    package static let limits = SettingSection(rawValue: "Limits")
}
