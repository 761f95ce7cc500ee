// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol
import SessiondPrimitives

/// An option that a verb does not have, and the one that was probably meant.
///
/// ArgumentParser names it only where nothing else is wrong, and suggests names that are far off.
struct UnknownOption {
    let failure: CommandFailure

    // What has a file, or comes from standard input.
    private static let secretOptions = ["--password", "--token", "--key"]

    /// Looks at a command line that was refused; `nil`: it has no such option.
    init?(in arguments: [String]) {
        guard let help = try? JSONValue(parsing: Array(RootCommand._dumpHelp().utf8)), var verb = help["command"] else {
            return nil
        }
        var command = "sessionctl"
        var left = arguments.prefix { $0 != "--" }
        while let argument = left.popFirst() {
            guard argument.hasPrefix("--") else {
                if let next = verb.subcommand(argument) { (verb, command) = (next, "\(command) \(argument)") }
                continue
            }
            let name = String(argument.prefix { $0 != "=" })
            switch verb.takesValue(option: name) {
            case true?: if name == argument { _ = left.popFirst() }
            case false?: continue
            case nil:
                failure = UnknownOption.failure(name, of: command, among: verb.optionNames)
                return
            }
        }
        return nil
    }

    private static func failure(_ name: String, of command: String, among names: [String]) -> CommandFailure {
        let see = "see \(command) --help"
        guard !secretOptions.contains(name) else {
            let others = "\(name)-file, standard input, or the prompt"
            return CommandFailure(
                .usage, name: "usage", "Unknown option '\(name)'",
                hint: "a secret is never an argument, which every process can read: \(others); \(see)")
        }
        let meant = NameSuggestion.nearest(to: name, among: names).map { ". Did you mean '\($0)'?" } ?? ""
        return CommandFailure(.usage, name: "usage", "Unknown option '\(name)'\(meant)", hint: see)
    }
}

/// A command as ArgumentParser describes it.
extension JSONValue {
    fileprivate func subcommand(_ name: String) -> JSONValue? {
        elements("subcommands").first { $0["commandName"]?.string == name }
    }

    fileprivate var optionNames: [String] { elements("arguments").flatMap(\.longNames) }

    /// Whether an option has a value behind it; `nil`: there is no such option.
    fileprivate func takesValue(option name: String) -> Bool? {
        elements("arguments").first { $0.longNames.contains(name) }.map { $0["kind"]?.string == "option" }
    }

    private var longNames: [String] {
        elements("names").filter { $0["kind"]?.string == "long" }.compactMap { $0["name"]?.string.map { "--\($0)" } }
    }

    private func elements(_ name: String) -> [JSONValue] {
        guard case .array(let elements)? = self[name] else { return [] }
        return elements
    }
}
