// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionClient
import SessionConfiguration
import SessionProtocol

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check the daemon's configuration files, or show what they come to.",
        subcommands: [ConfigCheckCommand.self, ConfigShowCommand.self]
    )

    @OptionGroup var options: GlobalOptions
}

/// Which files; read by this program, and as they are now: the daemon may run with what they said before.
struct ConfigurationFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read this file and FILE.d/*.conf only (default: what the running daemon reads, or an installed one would).",
            valueName: "file"),
        completion: .file(extensions: ["conf"]))
    var config: String?

    /// - Throws: ``CommandFailure``: the path of the daemon's socket is wrong.
    func choice(_ settings: CallSettings) throws(CommandFailure) -> ConfigurationChoice {
        if let config { return ConfigurationChoice(named: config) }
        do throws(ClientError) {
            return ConfigurationChoice(ofDaemonOn: try settings.path(), within: settings.timeout)
        } catch {
            throw CommandFailure(error, hasTimeout: settings.timeout != nil)
        }
    }

    /// Reads them, and says on standard error where it is not known whether the daemon does.
    ///
    /// - Throws: ``CommandFailure``: they cannot be used.
    func load(_ choice: ConfigurationChoice, isQuiet: Bool) throws(CommandFailure) -> LoadedConfiguration {
        if !isQuiet, let note = choice.note {
            StandardStream.error.writeIgnoringErrors(Display.error.line(note) + "\n")
        }
        do throws(ConfigurationError) { return try ConfigurationLoader(choice.source).load() } catch {
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
            passed over, with a note: as root nothing is.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var files: ConfigurationFileOptions

    @Flag(help: "Take warnings for errors: 78 where there is one.")
    var strict = false

    func run() throws {
        let choice = try files.choice(options.settings)
        let surroundings = ConfigurationSurroundings(of: choice)
        var loader = ConfigurationLoader(choice.source)
        loader.reader = surroundings.reader
        let check = ConfigurationCheck(loader)
        var lines = check.diagnostics
        lines += check.loaded.map(surroundings.remarks(on:)) ?? surroundings.remarks(onProblems: check.problems)
        if let note = choice.note { lines.append(note) }
        let warnings = lines.count { $0.hasPrefix("warning: ") }
        if strict, warnings > 0, check.isUsable { lines.append("error: with --strict, warnings are errors") }
        let isFaulty = !check.isUsable || lines.contains { $0.hasPrefix("error: ") }
        if options.json {
            try printJSON(check.files, lines, isFaulty)
        } else {
            try print(check.report(warnings: warnings), lines, isFaulty)
        }
        if isFaulty { throw NegativeAnswer(status: .configuration) }
    }

    private func print(_ report: [String], _ lines: [String], _ isFaulty: Bool) throws(CommandFailure) {
        for line in lines { StandardStream.error.writeIgnoringErrors(Display.error.line(line) + "\n") }
        guard !isFaulty, !options.quiet else { return }
        try StandardStream.output.write(report.joined(separator: "\n") + "\n")
    }

    private func printJSON(_ files: [String], _ lines: [String], _ isFaulty: Bool) throws(CommandFailure) {
        guard !options.quiet else { return }
        let texts = ["error", "warning", "note"].map { kind in
            let own = lines.filter { $0.hasPrefix("\(kind): ") }.map { $0.dropFirst(kind.count + 2) }
            return JSONMember("\(kind)s", .array(own.map { .string(String($0)) }))
        }
        let members = [JSONMember("ok", .bool(!isFaulty)), JSONMember("files", .array(files.map(JSONValue.string)))]
        try StandardStream.output.write(JSONValue.object(members + texts).text + "\n")
    }
}

struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show every setting, its value and where it comes from, as a file; secrets are left out.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var files: ConfigurationFileOptions

    func run() throws {
        let loaded = try files.load(try files.choice(options.settings), isQuiet: options.quiet)
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
