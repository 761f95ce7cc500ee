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
        commandName: "check", abstract: "Say what is wrong with the files: 0, or 78 where they cannot be used.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var files: ConfigurationFileOptions

    func run() throws {
        let check = ConfigurationCheck(files.loader)
        for line in check.diagnostics { StandardStream.error.writeIgnoringErrors(line + "\n") }
        guard check.isUsable else { throw NegativeAnswer(status: .configuration) }
        if !options.quiet { try StandardStream.output.write(check.report.joined(separator: "\n") + "\n") }
    }
}

struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show every setting, its value and where it comes from; secrets are left out.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var files: ConfigurationFileOptions

    func run() throws {
        let settings = try files.load().effectiveSettings
        let text = options.json ? json(settings) : settings.map(\.description).joined(separator: "\n")
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
