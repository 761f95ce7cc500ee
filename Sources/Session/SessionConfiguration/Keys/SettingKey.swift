// SPDX-License-Identifier: Apache-2.0

/// One setting, declared once in ``all``: its name and form, where its value lives, what it means.
package struct SettingKey: Sendable, CustomStringConvertible {
    /// The section it stands in.
    package let section: SettingSection
    /// The name before the `=`.
    package let name: String
    /// The accepted form, as problems and documentation give it.
    package let form: String
    /// What it does.
    package let meaning: String
    /// Whether assignments add up.
    package let isList: Bool
    let exposure: ValueExposure

    /// Reads a value into the settings.
    let assign: @Sendable (inout Settings, AssignedValue) throws(InvalidValue) -> Void
    /// Undoes every assignment: a list becomes empty, anything else its default.
    let reset: @Sendable (inout Settings) -> Void
    /// Writes the value; of a list its elements.
    let show: @Sendable (Settings) -> [ShownValue]
    /// Whether the value is the same in both; of a list, wherever its elements stand.
    let isSame: @Sendable (Settings, Settings) -> Bool

    /// Whether the value is never shown.
    package var isSecret: Bool { exposure == .secret }
    /// The defaults as a file would state them: one, of a list at least one; an empty one where it is unset.
    package var defaultTexts: [String] {
        let shown = show(Settings()).map(\.text)
        return shown.isEmpty ? [""] : shown
    }
    /// `Section.Key`, which no other one has.
    package var description: String { "\(section.rawValue).\(name)" }
}
