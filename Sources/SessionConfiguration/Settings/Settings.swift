// SPDX-License-Identifier: Apache-2.0

/// What the daemon runs with; a fresh one holds the defaults.
///
/// Names, accepted forms and meanings of the keys are in ``SettingKey/all``.
public struct Settings: Sendable, Equatable {
    /// `[Authority]`
    public var authority = Authority()
    /// `[Local]`
    public var local = Local()
    /// `[Synerise]`
    public var synerise = Synerise()
    /// `[Session]`
    public var session = Session()
    /// `[Store]`
    public var store = Store()
    /// `[Access]`
    public var access = Access()
    /// `[Limits]`
    public var limits = Limits()

    /// The defaults.
    public init() {}
}
