// SPDX-License-Identifier: Apache-2.0

/// One line of `sessionctl config show`.
public struct EffectiveSetting: Sendable, CustomStringConvertible {
    /// The setting.
    public let key: SettingKey
    /// As a file would state it; a secret as ``Secret/placeholder``, nothing where it is unset.
    public let value: String
    /// Where it comes from.
    public let origin: SettingOrigin

    /// `Section.Key=value  # path:line`, or `# default`.
    public var description: String { "\(key)=\(Printable.escaped(value))  # \(origin)" }
}
