// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessiondPrimitives

/// A verb that is missing, or a word in its place that is not one, with the verb that was probably meant.
struct UnknownVerb {
    let failure: CommandFailure

    // What others call it, or where it is: no letters to compare.
    private static let otherNames = [
        "login": "sign-in", "log-in": "sign-in", "signon": "sign-in", "logout": "sign-out", "log-out": "sign-out",
        "logoff": "sign-out", "whoami": "status", "who": "status", "state": "status", "session": "status",
        "get-token": "token", "access-token": "token", "id": "uuid", "check": "config check", "show": "config show",
        "explain": "access explain", "events": "watch", "follow": "watch", "label": "identity set",
        "labels": "identity set", "version": "--version", "change-key": "api-key change",
    ]
    // Those that are another program's.
    private static let otherPrograms = [
        "start": "systemctl start sessiond.socket", "stop": "systemctl stop sessiond.socket sessiond",
        "restart": "systemctl restart sessiond", "enable": "systemctl enable --now sessiond.socket sessiond",
        "log": "journalctl -u sessiond", "logs": "journalctl -u sessiond", "journal": "journalctl -u sessiond",
        "rekey": "sessiond rekey",
    ]

    /// Looks at a command line; `nil` where its verbs are verbs, or where that is not to be told from here.
    init?(in arguments: [String], of root: any ParsableCommand.Type) {
        var (command, path, left) = (root, [String](), arguments[...])
        while let argument = left.popFirst() {
            switch argument {
            case "--json", "--quiet": continue
            case "--socket", "--timeout": _ = left.popFirst()
            case _ where argument.hasPrefix("-"): return nil
            case "help" where path.isEmpty: return nil
            default:
                let verbs = command.configuration.subcommands
                if verbs.isEmpty { return nil }
                path.append(argument)
                guard let verb = verbs.first(where: { $0.configuration.commandName == argument }) else {
                    failure = UnknownVerb.failure(path, among: verbs)
                    return
                }
                command = verb
            }
        }
        // `sessionctl` alone shows what there is; half a verb is a mistake, which no script must take for done.
        guard !path.isEmpty, !command.configuration.subcommands.isEmpty else { return nil }
        failure = UnknownVerb.missing(behind: path, among: command.configuration.subcommands)
    }

    private static func missing(behind path: [String], among verbs: [any ParsableCommand.Type]) -> CommandFailure {
        let command = (["sessionctl"] + path).joined(separator: " ")
        let names = verbs.compactMap { $0.configuration.commandName }
        return CommandFailure(
            .usage, name: "usage", "\(command) needs one more word: \(names.joined(separator: " or "))",
            hint: "see \(command) --help")
    }

    private static func failure(_ path: [String], among verbs: [any ParsableCommand.Type]) -> CommandFailure {
        let (before, written) = (path.dropLast(), path.last ?? "")
        let names = verbs.compactMap { $0.configuration.commandName }
        let command = (["sessionctl"] + before).joined(separator: " ")
        let all =
            before.isEmpty ? "sessionctl --help shows all verbs" : "\(command) has \(names.joined(separator: ", "))"
        let other = before.isEmpty ? otherPrograms[written] : nil
        let meant =
            (before.isEmpty ? otherNames[written] : nil) ?? NameSuggestion.nearest(to: written, among: names)
        let suggestion = other ?? meant.map { "\(command) \($0)" }
        return CommandFailure(
            .usage, name: "usage", "there is no verb '\(path.joined(separator: " "))'",
            hint: (suggestion.map { "did you mean '\($0)'? " } ?? "") + all)
    }
}
