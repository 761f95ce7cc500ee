// SPDX-License-Identifier: Apache-2.0

/// What the daemon runs with; a fresh one holds the defaults.
///
/// Names, accepted forms and meanings of the keys are in ``SettingKey/all``.
package struct Settings: Sendable, Equatable {
    /// `[Authority]`
    package var authority = Authority()
    /// The section of each kind of authority.
    package var authorities = AuthoritySections()
    /// `[Session]`
    package var session = Session()
    /// `[Store]`
    package var store = Store()
    /// `[Access]`
    package var access = Access()
    /// `[Limits]`
    package var limits = Limits()

    /// The defaults.
    package init() {}
}
