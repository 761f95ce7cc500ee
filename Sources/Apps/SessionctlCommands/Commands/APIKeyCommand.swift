// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct APIKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-key", abstract: "Change the authority's API key.", subcommands: [APIKeyChangeCommand.self])

    @OptionGroup var options: GlobalOptions
}

struct APIKeyChangeCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Use another API key until another one is configured.",
        discussion: """
            The key comes from --key-file, else a prompt, or a standard input that is no terminal. By default another key \
            ends the session, as destroy does: see DestroyOnAPIKeyChange= in sessiond.conf.
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var consentOptions: ConsentOptions

    @Option(
        help: ArgumentHelp("Read the key from this file; '-': standard input.", valueName: "path"),
        completion: .file())
    var keyFile: String?

    var consent: Consent? {
        Consent(
            question: "Change the API key, which may end the session", isGiven: consentOptions.yes,
            isRequiredWithoutTerminal: false)
    }

    func request() throws -> ChangeAPIKey {
        ChangeAPIKey(apiKey: try SecretInput(name: "key", file: keyFile).read())
    }

    func answer(_ status: SessionStatus) -> CommandAnswer { CommandAnswer(status.text) }
}
