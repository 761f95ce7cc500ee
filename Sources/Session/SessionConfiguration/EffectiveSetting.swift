// SPDX-License-Identifier: Apache-2.0

/// One setting as `sessionctl config show` has it; of a list one element.
package struct EffectiveSetting: Sendable {
    /// The setting.
    package let key: SettingKey
    /// As a file would state it; a secret as ``Secret/placeholder``, nothing where it is unset.
    package let value: String
    /// Where it comes from.
    package let origin: SettingOrigin
}

extension LoadedConfiguration {
    /// The lines of one file that comes to the same: each setting below a comment that says where it comes from, or
    /// commented out at its default. Secrets are left out, and commented out is what has characters that nobody sees.
    package var lines: [String] {
        var lines = ["# What is in effect; what is commented out is the default."]
        lines += files.isEmpty ? ["# No file was found."] : files.map { "# Read \(Printable.escaped($0))" }
        for section in schema.sections {
            lines += ["", "[\(section.rawValue)]"]
            for key in schema.keys where key.section == section {
                let settings = effectiveSettings(of: key)
                // Lines add up behind the defaults, unless an empty one has removed those.
                let isCleared = key.isList && settings.allSatisfy { $0.origin != .builtIn }
                if isCleared, settings.contains(where: { !$0.value.isEmpty }) { lines.append("\(key.name)=") }
                lines += settings.flatMap(LoadedConfiguration.lines)
            }
        }
        return lines
    }

    private static func lines(of setting: EffectiveSetting) -> [String] {
        let shown = Printable.escaped(setting.value)
        let line = "\(setting.key.name)=\(shown)"
        if setting.origin == .builtIn { return ["#\(line)"] }
        if setting.key.isSecret { return ["# \(setting.origin), not shown", "#\(line)"] }
        // Read back, it would be another value.
        let isWhole = shown == setting.value
        return isWhole
            ? ["# \(setting.origin)", line] : ["# \(setting.origin), with characters that nobody sees", "#\(line)"]
    }
}
