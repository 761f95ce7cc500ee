// SPDX-License-Identifier: Apache-2.0

extension SettingsBuilder {
    /// Checks what no key alone can tell.
    mutating func checkTogether() {
        if settings.authority.kind == .synerise && settings.synerise.baseURL == nil && !isRefused("BaseURL") {
            let problem = ConfigurationProblem(
                origins["Authority.Kind"] ?? .builtIn,
                key: "Kind",
                message: "synerise needs BaseURL= in [Synerise], which is not set",
                expected: "BaseURL=https://HOST, or Kind=local"
            )
            problems.add(problem)
        }
    }

    /// A bad value was reported already; that it is missing is no news.
    private func isRefused(_ name: String) -> Bool { problems.all.contains { $0.key == name } }
}
