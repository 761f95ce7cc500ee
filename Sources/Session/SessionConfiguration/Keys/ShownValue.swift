// SPDX-License-Identifier: Apache-2.0

/// A value as it is written for people, secrets as ``Secret/placeholder``.
struct ShownValue: Hashable {
    let text: String
    /// Of an element of a list its own; nil: that of the setting.
    var origin: SettingOrigin?
}
