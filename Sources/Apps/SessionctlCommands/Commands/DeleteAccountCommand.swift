// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct DeleteAccountCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-account",
        abstract: "Delete the account of the customer who is signed in, and print the new UUID.",
        discussion: """
            The password, or with --provider the provider's token, comes from --password-file, else a prompt, or a \
            standard input that is no terminal. Asks on a terminal; a script needs --yes.
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var consentOptions: ConsentOptions

    @Option(
        help: ArgumentHelp("Whose token is given: oauth, facebook, google or apple.", valueName: "name"),
        completion: .list(Arguments.providers), transform: Arguments.provider)
    var provider: Authenticate.Provider?

    @Option(help: ArgumentHelp("The customer's authID.", valueName: "id"))
    var authId: String?

    @Option(
        help: ArgumentHelp("Read the secret from this file; '-': standard input.", valueName: "path"),
        completion: .file())
    var passwordFile: String?

    var consent: Consent? {
        Consent(
            question: "Delete the customer's account for ever", isGiven: consentOptions.yes,
            isRequiredWithoutTerminal: true)
    }

    func request() throws -> DeleteAccount {
        DeleteAccount(
            provider: provider, authFactor: try SecretInput(name: "password", file: passwordFile).read(),
            authID: authId, ifGeneration: change.ifGeneration)
    }

    func answer(_ customer: NewCustomerAnswer) -> CommandAnswer { CommandAnswer(customer) }
}
