// SPDX-License-Identifier: Apache-2.0

import AccessRules

extension SettingsBuilder {
    /// Checks what no key alone can tell.
    mutating func checkTogether() {
        let kind = settings.authority.kind
        for missing in kind.missing(in: settings) where !isRefused(missing.name) {
            let problem = ConfigurationProblem(
                origins[SettingSchema.authorityKind] ?? .builtIn,
                key: "Kind",
                message: "\(kind.name) needs \(missing.name)= in [\(kind.section.rawValue)], which is not set",
                expected: "\(missing.example), or Kind=\(KnownAuthority.standard.kind.name)"
            )
            problems.add(problem)
        }
        for conflict in kind.conflicts(settings) {
            let origin = origins["\(kind.section.rawValue).\(conflict.name)"] ?? .builtIn
            let problem = ConfigurationProblem(
                origin, key: conflict.name, message: conflict.message, expected: conflict.expected)
            switch conflict.weight {
            case .error: problems.add(problem)
            case .warning: warnings.add(problem)
            }
        }
        warnOfUnusedAuthorities()
        warnOfInsecureOrigins()
    }

    private mutating func warnOfInsecureOrigins() {
        for rule in settings.access.originRules where rule.page.isInsecure {
            let message =
                "\(rule.page) is whatever program has that port, and any local user can take it: it has the rights of "
                + "this line then"
            warnings.add(
                ConfigurationProblem(
                    rule.origin, key: "AllowOrigin", message: message, expected: "an https origin, but for tests"))
        }
    }

    /// Warns of the settings of authorities that nothing chooses. Where a line says that another one holds, they wait
    /// for their turn, and that is no mistake; where that line is refused, nothing holds yet.
    private mutating func warnOfUnusedAuthorities() {
        guard !namesAuthority, !isRefused("Kind") else { return }
        for kind in schema.kinds where kind != settings.authority.kind {
            guard let origin = kind.keys.compactMap({ origins[$0.description] }).first else { continue }
            let message =
                "[\(kind.section.rawValue)] has no effect: no Kind= in [Authority] says \(kind.name), "
                + "so the \(settings.authority.kind.name) authority holds"
            warnings.add(ConfigurationProblem(origin, message: message))
        }
    }

    /// A bad value was reported already; that it is missing is no news.
    func isRefused(_ name: String) -> Bool { problems.all.contains { $0.key == name } }
}
