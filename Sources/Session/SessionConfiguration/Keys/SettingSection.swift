// SPDX-License-Identifier: Apache-2.0

/// The sections of a configuration file, in the order of its example.
package enum SettingSection: String, Sendable, CaseIterable {
    /// Who issues tokens.
    case authority = "Authority"
    /// The embedded authority.
    case local = "Local"
    /// The Synerise REST API.
    case synerise = "Synerise"
    /// The session and its policy.
    case session = "Session"
    /// The stored state.
    case store = "Store"
    /// Who may do what.
    case access = "Access"
    /// What clients may take.
    case limits = "Limits"
}
