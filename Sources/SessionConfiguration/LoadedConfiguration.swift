// SPDX-License-Identifier: Apache-2.0

/// A usable configuration and where it comes from.
public struct LoadedConfiguration: Sendable {
    /// The values.
    public var settings: Settings
    /// What is odd but was left aside, to be logged.
    public var warnings: [ConfigurationProblem]
    /// The files in the order they were applied; none where the defaults hold.
    public var files: [String]
    let origins: [String: SettingOrigin]

    /// Where the value of a setting comes from; of a list its last line, each element having its own.
    public func origin(of key: SettingKey) -> SettingOrigin { origins[key.description] ?? .builtIn }

    /// Every setting as it is in effect, in the order of ``SettingKey/all``; of a list each element.
    public var effectiveSettings: [EffectiveSetting] { SettingKey.all.flatMap(effectiveSettings) }

    private func effectiveSettings(of key: SettingKey) -> [EffectiveSetting] {
        let shown = key.show(settings)
        // A list that was emptied still says where.
        return (shown.isEmpty ? [ShownValue(text: "")] : shown).map { value in
            EffectiveSetting(key: key, value: value.text, origin: value.origin ?? origin(of: key))
        }
    }
}
