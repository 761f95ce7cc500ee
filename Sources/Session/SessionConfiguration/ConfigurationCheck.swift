// SPDX-License-Identifier: Apache-2.0

/// What `sessiond --check-config` and `sessionctl config check` say about a configuration.
package struct ConfigurationCheck: Sendable {
    /// What it comes to; `nil`: nothing that can be used.
    package let loaded: LoadedConfiguration?
    /// The files that were read, also where they cannot be used.
    package let files: [String]
    /// For standard error: a line for each problem and warning.
    package let diagnostics: [String]

    /// Why it cannot be used; empty where it can.
    package let problems: [ConfigurationProblem]

    /// Whether the daemon could run with it; otherwise the exit code is 78.
    package var isUsable: Bool { loaded != nil }

    /// Loads the configuration once.
    package init(_ loader: ConfigurationLoader) {
        do throws(ConfigurationError) {
            let loaded = try loader.load()
            diagnostics = loaded.warnings.map { "warning: \($0)" }
            (self.loaded, files, problems) = (loaded, loaded.files, [])
        } catch {
            (loaded, files, problems) = (nil, error.files, error.problems)
            diagnostics = error.problems.map { "error: \($0)" } + error.warnings.map { "warning: \($0)" }
        }
    }

    /// For standard output: the files that were read, and what is to be thought of them; empty if they are not usable.
    ///
    /// - Parameter warnings: How many there were; one who has not read them is told.
    package func report(warnings: Int) -> [String] {
        guard isUsable else { return [] }
        let read = files.isEmpty ? ["No file found, the defaults hold"] : files.map { "Read \(Printable.escaped($0))" }
        guard warnings > 0 else { return read + ["Configuration is usable"] }
        let count = warnings == 1 ? "1 warning" : "\(warnings) warnings"
        return read + ["Configuration can be used, but see the \(count) above"]
    }
}
