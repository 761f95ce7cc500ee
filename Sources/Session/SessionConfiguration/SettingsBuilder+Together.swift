// SPDX-License-Identifier: Apache-2.0

extension SettingsBuilder {
    /// Checks what no key alone can tell.
    mutating func checkTogether() {
        let kind = settings.authority.kind
        for missing in kind.missing(in: settings) where !isRefused(missing.name) {
            let problem = ConfigurationProblem(
                origins["Authority.Kind"] ?? .builtIn,
                key: "Kind",
                message: "\(kind.name) needs \(missing.name)= in [\(kind.section.rawValue)], which is not set",
                expected: "\(missing.example), or Kind=\(KnownAuthority.standard.kind.name)"
            )
            problems.add(problem)
        }
        if let conflict = kind.conflict(settings) {
            let origin = origins["\(kind.section.rawValue).\(conflict.name)"] ?? .builtIn
            problems.add(
                ConfigurationProblem(
                    origin, key: conflict.name, message: conflict.message, expected: conflict.expected))
        }
    }

    /// A bad value was reported already; that it is missing is no news.
    private func isRefused(_ name: String) -> Bool { problems.all.contains { $0.key == name } }
}
