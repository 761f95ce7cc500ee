// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct AuthenticateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "authenticate", abstract: "Sign a customer in with the token of an identity provider.",
        discussion: "The token comes from --token-file, else a prompt, or a standard input that is no terminal."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var authentication: AuthenticationArguments
    @OptionGroup var change: ChangeOptions

    @Option(
        help: ArgumentHelp("Whose token it is: oauth, facebook, google or apple.", valueName: "name"),
        completion: .list(Arguments.providers), transform: Arguments.provider)
    var provider: Authenticate.Provider

    @Option(
        help: ArgumentHelp("Read the token from this file; '-': standard input.", valueName: "path"),
        completion: .file())
    var tokenFile: String?

    func request() throws -> Authenticate {
        Authenticate(
            provider: provider, providerToken: try SecretInput(name: "token", file: tokenFile).read(),
            options: authentication.options, ifGeneration: change.ifGeneration
        )
    }

    func answer(_ answer: AuthenticationAnswer) -> CommandAnswer { CommandAnswer(answer) }
}
