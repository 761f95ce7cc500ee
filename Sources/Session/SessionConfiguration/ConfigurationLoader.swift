// SPDX-License-Identifier: Apache-2.0

package import SessiondLinux

/// Reads a configuration from its files.
package struct ConfigurationLoader: Sendable {
    /// Which files.
    package var source: ConfigurationSource
    /// What they may set.
    package let schema: SettingSchema
    /// Whose files they may be, beside root's; by default this process's.
    package var reader = FileReader.current

    /// By default searches where an installed daemon does.
    package init(_ source: ConfigurationSource = .search(.system), schema: SettingSchema = .known) {
        (self.source, self.schema) = (source, schema)
    }

    /// Reads every file and checks every setting.
    ///
    /// Blocks on the file system. No file at all is not an error, unless one was named: the defaults hold.
    /// - Throws: every problem found, not the first only.
    package func load() throws(ConfigurationError) -> LoadedConfiguration {
        let set = FileSet(source, for: reader)
        var builder = SettingsBuilder(schema)
        for problem in set.problems { builder.problems.add(problem) }
        for file in set.files { builder.apply(file) }
        builder.checkTogether()
        guard builder.problems.isEmpty else {
            var error = ConfigurationError(
                problems: builder.problems.all, warnings: builder.warnings.all, files: set.files.map(\.path))
            if set.problems.isEmpty, builder.isAuthorityCertain { error.otherSettings = builder.settings }
            throw error
        }
        return LoadedConfiguration(
            settings: builder.settings,
            warnings: builder.warnings.all,
            files: set.files.map(\.path),
            schema: schema,
            origins: builder.origins
        )
    }
}
