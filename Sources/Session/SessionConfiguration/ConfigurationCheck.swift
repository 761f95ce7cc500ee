// SPDX-License-Identifier: Apache-2.0

/// What `sessiond --check-config` and `sessionctl config check` say about a configuration.
package struct ConfigurationCheck: Sendable {
    /// Whether the daemon could run with it; otherwise the exit code is 78.
    package let isUsable: Bool
    /// For standard output: the files that were read; empty if it is not usable.
    package let report: [String]
    /// For standard error: a line for each problem and warning.
    package let diagnostics: [String]

    /// Loads the configuration once.
    package init(_ loader: ConfigurationLoader) {
        do throws(ConfigurationError) {
            let loaded = try loader.load()
            isUsable = true
            report = Self.report(of: loaded.files)
            diagnostics = loaded.warnings.map { "warning: \($0)" }
        } catch {
            isUsable = false
            report = []
            diagnostics = error.problems.map { "error: \($0)" } + error.warnings.map { "warning: \($0)" }
        }
    }

    private static func report(of files: [String]) -> [String] {
        if files.isEmpty { return ["Configuration is usable: no file found, the defaults hold"] }
        return files.map { "Read \(Printable.escaped($0))" } + ["Configuration is usable"]
    }
}
