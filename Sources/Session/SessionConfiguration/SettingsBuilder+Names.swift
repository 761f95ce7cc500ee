// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

extension SettingsBuilder {
    /// Names of sections and keys that systemd leaves to others' extensions.
    private static let extensionPrefix = "X-"

    /// Enters a section, and warns of one that is unknown.
    ///
    /// One that is misspelt makes the configuration unusable: without its section a session would end for another
    /// authority, callers would have rights that were taken from them, or customers would stay signed in.
    mutating func enter(_ name: String, _ origin: SettingOrigin) -> SectionState {
        if let section = schema.sections.first(where: { $0.rawValue.isSame(as: name) }) {
            return .known(section)
        }
        if name.utf8.starts(with: Self.extensionPrefix.utf8) { return .ignored }
        let names = schema.sections.map(\.rawValue)
        if isRepeatable(name), let meant = NameSuggestion.misspelt(name, among: names) {
            let message = "unknown section [\(name)]; did you mean [\(meant)]?"
            problems.add(ConfigurationProblem(origin, message: message))
        } else {
            let shown = isRepeatable(name) ? "unknown section [\(name)]" : "unknown section"
            warnings.add(ConfigurationProblem(origin, message: "\(shown), ignored with its keys"))
        }
        return .ignored
    }

    /// Finds the key of an assignment and warns where there is none.
    mutating func key(_ name: String, in section: SectionState, _ origin: SettingOrigin) -> SettingKey? {
        switch section {
        case .ignored: return nil
        case .none:
            let message = "ignored, since it stands before the first [Section]" + place(of: name)
            warnings.add(ConfigurationProblem(origin, key: repeatable(name), message: message))
            return nil
        case .known(let section):
            if let key = schema.key(name, in: section) { return key }
            if !name.utf8.starts(with: Self.extensionPrefix.utf8) { warnOfUnknown(name, in: section, origin) }
            return nil
        }
    }

    private mutating func warnOfUnknown(_ name: String, in section: SettingSection, _ origin: SettingOrigin) {
        let message = "unknown key in [\(section.rawValue)], ignored" + hint(for: name, in: section)
        warnings.add(ConfigurationProblem(origin, key: repeatable(name), message: message))
    }

    private func hint(for name: String, in section: SettingSection) -> String {
        let elsewhere = place(of: name)
        guard elsewhere.isEmpty else { return elsewhere }
        if section == .access, Self.denials.contains(where: ASCII.lowercased(name).isSame) { return Self.noDenial }
        let names = schema.keys.filter { $0.section == section }.map(\.name)
        guard isRepeatable(name), let meant = NameSuggestion.nearest(to: name, among: names) else { return "" }
        return "; did you mean \(meant)=?"
    }

    private func place(of name: String) -> String {
        let sections = schema.keys.filter { $0.name.isSame(as: name) }.map { "[\($0.section.rawValue)]" }
        return sections.isEmpty ? "" : "; it belongs in \(sections.joined(separator: " or "))"
    }

    // What others call what there is not here: whoever writes it thinks that something is forbidden.
    private static let denials = ["deny", "disallow", "forbid", "refuse", "reject"]
    private static let noDenial =
        "; nothing is denied: an empty Allow= takes away what is granted before it, the defaults too"

    private func repeatable(_ name: String) -> String? { isRepeatable(name) ? name : nil }

    // Only what looks like a name is repeated in a warning: a line of a key in base64 ends in `=`, too.
    private func isRepeatable(_ name: String) -> Bool {
        name.utf8.count <= ConfigurationLimits.maximumRepeatedNameBytes && name.utf8.allSatisfy(ASCII.isLetter)
    }
}
