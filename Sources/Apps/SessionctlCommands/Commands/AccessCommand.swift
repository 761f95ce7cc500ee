// SPDX-License-Identifier: Apache-2.0

import AccessRules
import ArgumentParser
import SessionClient
import SessionConfiguration
import SessiondPrimitives

struct AccessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "Say who may do what.", subcommands: [AccessExplainCommand.self])

    @OptionGroup var options: GlobalOptions
}

struct AccessExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a caller may do, and by which line of which file.")

    private static let daemonUser = UnixName.user("sessiond")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var files: ConfigurationFileOptions

    @Option(
        help: ArgumentHelp("A program of this user, by name or id (default: this one).", valueName: "name"),
        completion: .shellCommand("getent passwd | cut -d: -f1"))
    var user: String?

    @Option(
        help: ArgumentHelp("In this group as well, by name or id; may be given several times.", valueName: "name"),
        completion: .shellCommand("getent group | cut -d: -f1"))
    var group: [String] = []

    @Option(
        help: ArgumentHelp(
            "On behalf of web pages of this origin, as location.origin has it in the page.", valueName: "origin"),
        transform: AccessExplainCommand.origin)
    var origin: WebOrigin?

    private static func origin(_ text: String) throws -> WebOrigin {
        do throws(WebOrigin.Fault) { return try WebOrigin(text) } catch { throw ValidationError(error.reason) }
    }

    func run() throws {
        let choice = try files.choice(options.settings)
        let loaded = try files.load(choice, isQuiet: options.quiet)
        let access = loaded.settings.access
        let caller = try ExplainedCaller.named(user: user, groups: group)
        let accounts = AccountLookUps.ids.answers(
            to: Set(access.rules.compactMap(\.subject.accountName) + [Self.daemonUser]))
        // Whom a daemon runs as whose files were named is not known.
        let daemonUser = choice.isInstalled ? accounts[Self.daemonUser]?.value : choice.account?.user
        let explanation = AccessExplanation(
            access, in: loaded.files, to: caller, onBehalfOf: origin, daemonUser: daemonUser, accounts: accounts)
        let sockets = try admissions(of: caller)
        var answer = CommandAnswer(explanation.text(sockets))
        // The object has them.
        answer.warnings = options.json ? [] : explanation.warnings
        try options.settings.print(answer, explanation.json(sockets))
    }

    private func admissions(of caller: ExplainedCaller) throws -> SocketAdmissions {
        do throws(ClientError) { return SocketAdmissions(try options.settings.path(), for: caller) } catch {
            throw CommandFailure(error, hasTimeout: false)
        }
    }
}
