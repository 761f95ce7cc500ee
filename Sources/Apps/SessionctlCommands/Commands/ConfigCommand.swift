// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionConfiguration
import SessionProtocol

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check the daemon's configuration files, or show what they come to.",
        subcommands: [ConfigCheckCommand.self, ConfigShowCommand.self]
    )

    @OptionGroup var options: GlobalOptions
}

/// Which files; read by this program, not by the daemon, which may run with older ones.
struct ConfigurationFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read this file and FILE.d/*.conf only (default: what an installed daemon reads).", valueName: "file"),
        completion: .file(extensions: ["conf"]))
    var config: String?

    var loader: ConfigurationLoader { ConfigurationLoader(config.map { .file($0) } ?? .search(.system)) }

    /// - Throws: ``CommandFailure``: they cannot be used.
    func load() throws(CommandFailure) -> LoadedConfiguration {
        do throws(ConfigurationError) { return try loader.load() } catch {
            throw CommandFailure(
                .configuration, name: ErrorName.notConfigured.rawValue,
                "the configuration cannot be used: \(error.description)", hint: "see sessionctl config check")
        }
    }
}

struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is wrong with the files: 0, or 78 where they cannot be used.",
        discussion: """
            Looks at the files that they name, too, at keys, and at users and groups. What is not for you to look at is \
            passed over: as root nothing is.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var files: ConfigurationFileOptions

    @Flag(help: "Take warnings for errors: 78 where there is one.")
    var strict = false

    func run() throws {
        let surroundings = ConfigurationSurroundings(isInstalled: files.config == nil)
        var loader = files.loader
        loader.reader = surroundings.reader
        let check = ConfigurationCheck(loader)
        let remarks = check.loaded.map(surroundings.remarks) ?? []
        let lines = check.diagnostics + remarks
        for line in lines { StandardStream.error.writeIgnoringErrors(Display.error.line(line) + "\n") }
        let warnings = lines.count { $0.hasPrefix("warning: ") }
        let isFaulty = lines.contains { $0.hasPrefix("error: ") } || (strict && warnings > 0)
        if strict, warnings > 0, check.isUsable {
            StandardStream.error.writeIgnoringErrors("error: with --strict, warnings are errors\n")
        }
        guard check.isUsable, !isFaulty else { throw NegativeAnswer(status: .configuration) }
        guard !options.quiet else { return }
        try StandardStream.output.write(check.report(warnings: warnings).joined(separator: "\n") + "\n")
    }
}

struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show every setting, its value and where it comes from, as a file; secrets are left out.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var files: ConfigurationFileOptions

    func run() throws {
        let loaded = try files.load()
        let text = options.json ? json(loaded.effectiveSettings) : loaded.lines.joined(separator: "\n")
        if !options.quiet { try StandardStream.output.write(text + "\n") }
    }

    private func json(_ settings: [EffectiveSetting]) -> String {
        let objects = settings.map { setting in
            JSONValue.object([
                JSONMember("key", .string("\(setting.key)")), JSONMember("value", .string(setting.value)),
                JSONMember("origin", .string("\(setting.origin)")),
            ])
        }
        return JSONValue.array(objects).text
    }
}
