// SPDX-License-Identifier: Apache-2.0

/// Settings as they grow file by file.
struct SettingsBuilder {
    let schema: SettingSchema
    private(set) var settings = Settings()
    /// By the description of the key; of a list that of the last line.
    private(set) var origins: [String: SettingOrigin] = [:]
    var problems = ProblemList()
    var warnings = ProblemList()

    init(_ schema: SettingSchema) { self.schema = schema }

    /// Whether a line says who issues tokens.
    var namesAuthority: Bool { origins[SettingSchema.authorityKind] != nil }

    /// Whether it is beyond doubt who issues tokens, in spite of what is wrong.
    var isAuthorityCertain: Bool {
        // What has no key may be a section whose lines are lost.
        !isRefused("Kind") && (namesAuthority || problems.all.allSatisfy { $0.key != nil })
    }

    /// Applies a file after those before it.
    mutating func apply(_ file: ConfigurationFile) {
        var section = SectionState.none
        for located in SyntaxParser.parse(file.bytes) {
            let origin = SettingOrigin.file(path: file.path, line: located.line)
            switch located.statement {
            case .section(let name): section = enter(name, origin)
            case .fault(let fault):
                problems.add(ConfigurationProblem(origin, message: fault.message, expected: fault.expected))
                // The keys of a section whose name is broken are not those of the section before.
                if fault == .openSection { section = .ignored }
            case .assignment(let name, let value):
                guard let key = key(name, in: section, origin) else { continue }
                assign(AssignedValue(text: value, origin: origin), to: key)
                if key.isSecret && !value.isEmpty && file.isReadableByEveryone { warnOfExposure(key, origin) }
            }
        }
    }

    private mutating func assign(_ value: AssignedValue, to key: SettingKey) {
        if value.text.isEmpty {
            key.reset(&settings)
            origins[key.description] = key.isList ? value.origin : nil
            return
        }
        do throws(InvalidValue) {
            try key.assign(&settings, value)
            origins[key.description] = value.origin
        } catch {
            let shown = key.exposure == .open ? Printable.quoted(value.text) : "the value, not shown here,"
            let comment = ASCII.hasComment(value.text) ? "; a comment needs a line of its own" : ""
            let message = "\(shown) cannot be used: \(error.reason)\(comment)"
            problems.add(ConfigurationProblem(value.origin, key: key.name, message: message, expected: key.form))
        }
    }

    private mutating func warnOfExposure(_ key: SettingKey, _ origin: SettingOrigin) {
        let message = "everyone on this device can read the secret in this file"
        let expected = "a file without read permission for others, such as mode 0640"
        warnings.add(ConfigurationProblem(origin, key: key.name, message: message, expected: expected))
    }
}
