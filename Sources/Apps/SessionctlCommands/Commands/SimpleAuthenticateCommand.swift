// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct SimpleAuthenticateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "simple-authenticate", abstract: "Recognise a customer without a password.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var account: AccountArguments
    @OptionGroup var change: ChangeOptions

    @Option(name: .customLong("auth-id"), help: ArgumentHelp("The customer's authID.", valueName: "id"))
    var authID: String

    @Option(help: "The UUID to use, instead of the one that the authID leads to.", transform: Arguments.uuid)
    var uuid: CustomerUUID?

    @Option(help: ArgumentHelp("Profile data: a JSON object.", valueName: "json"), transform: Arguments.object)
    var profile: JSONValue?

    func validate() throws { _ = try account.required() }

    func request() throws -> SimpleAuthenticate {
        SimpleAuthenticate(
            account: try account.required(), uuid: uuid, authID: authID, profile: profile,
            ifGeneration: change.ifGeneration)
    }

    func answer(_ answer: AuthenticationAnswer) -> CommandAnswer { CommandAnswer(answer) }
}
