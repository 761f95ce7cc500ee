// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct SignInCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-in", abstract: "Sign a customer in with a password.",
        discussion: "The password comes from --password-file, else a prompt, or a standard input that is no terminal."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var account: AccountArguments
    @OptionGroup var authentication: AuthenticationArguments
    @OptionGroup var change: ChangeOptions

    @Option(
        help: ArgumentHelp("Read the password from this file; '-': standard input.", valueName: "path"),
        completion: .file())
    var passwordFile: String?

    func request() throws -> SignIn {
        SignIn(
            account: account.account, password: try SecretInput(name: "password", file: passwordFile).read(),
            options: authentication.options, ifGeneration: change.ifGeneration
        )
    }

    func answer(_ answer: AuthenticationAnswer) -> CommandAnswer { CommandAnswer(answer) }
}
