// SPDX-License-Identifier: Apache-2.0

/// A usable configuration and where it comes from.
package struct LoadedConfiguration: Sendable {
    /// The values.
    package var settings: Settings
    /// What is odd but was left aside, to be logged.
    package var warnings: [ConfigurationProblem]
    /// The files in the order they were applied; none where the defaults hold.
    package var files: [String]
    let schema: SettingSchema
    let origins: [String: SettingOrigin]

    /// Where the value of a setting comes from; of a list its last line, each element having its own.
    package func origin(of key: SettingKey) -> SettingOrigin { origins[key.description] ?? .builtIn }

    /// Whether a line says who issues tokens: nobody has chosen the default.
    package var namesAuthority: Bool { origins[SettingSchema.authorityKind] != nil }

    /// Every setting as it is in effect, in the order of the example file; of a list each element.
    package var effectiveSettings: [EffectiveSetting] { schema.keys.flatMap(effectiveSettings) }

    func effectiveSettings(of key: SettingKey) -> [EffectiveSetting] {
        let shown = key.show(settings)
        // A list that was emptied still says where.
        return (shown.isEmpty ? [ShownValue(text: "")] : shown).map { value in
            EffectiveSetting(key: key, value: value.text, origin: value.origin ?? origin(of: key))
        }
    }
}
