// SPDX-License-Identifier: Apache-2.0

/// One line of `sessionctl config show`.
package struct EffectiveSetting: Sendable, CustomStringConvertible {
    /// The setting.
    package let key: SettingKey
    /// As a file would state it; a secret as ``Secret/placeholder``, nothing where it is unset.
    package let value: String
    /// Where it comes from.
    package let origin: SettingOrigin

    /// `Section.Key=value  # path:line`, or `# default`.
    package var description: String { "\(key)=\(Printable.escaped(value))  # \(origin)" }
}
