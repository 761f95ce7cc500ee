// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct IdentityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: "Set or clear the labels; they authenticate nobody.",
        subcommands: [IdentitySetCommand.self, IdentityClearCommand.self]
    )

    @OptionGroup var options: GlobalOptions
}

struct IdentitySetCommand: SessionCommand {
    static let configuration = CommandConfiguration(commandName: "set", abstract: "Set labels; the others stay.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var change: ChangeOptions

    @Option(help: "The label for an e-mail.")
    var email: String?

    @Option(help: ArgumentHelp("The label for an identifier.", valueName: "id"))
    var identifier: String?

    func validate() throws {
        guard email != nil || identifier != nil else {
            throw ValidationError("One of '--email' and '--identifier' is needed.")
        }
    }

    func request() -> SetIdentity {
        SetIdentity(
            customEmail: email.map { .set($0) } ?? .keep, customIdentifier: identifier.map { .set($0) } ?? .keep,
            ifGeneration: change.ifGeneration
        )
    }

    func answer(_ status: SessionStatus) -> CommandAnswer { CommandAnswer(status.text) }
}

struct IdentityClearCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Clear labels: those that are named, else both.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var change: ChangeOptions

    @Flag(help: "Clear the label for an e-mail.")
    var email = false

    @Flag(help: "Clear the label for an identifier.")
    var identifier = false

    func request() -> SetIdentity {
        let isBoth = email == identifier
        return SetIdentity(
            customEmail: email || isBoth ? .clear : .keep, customIdentifier: identifier || isBoth ? .clear : .keep,
            ifGeneration: change.ifGeneration
        )
    }

    func answer(_ status: SessionStatus) -> CommandAnswer { CommandAnswer(status.text) }
}
