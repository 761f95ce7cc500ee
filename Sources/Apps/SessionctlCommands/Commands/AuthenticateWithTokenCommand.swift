// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct AuthenticateWithTokenCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "authenticate-with-token", abstract: "Install a client token that was obtained elsewhere.",
        discussion: "The token comes from --token-file, else a prompt, or a standard input that is no terminal."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var change: ChangeOptions

    @Option(
        help: ArgumentHelp("Read the token from this file; '-': standard input.", valueName: "path"),
        completion: .file())
    var tokenFile: String?

    @Option(
        help: ArgumentHelp("When it ends, such as 2026-11-23T05:02:03Z.", valueName: "time"),
        transform: Arguments.timestamp)
    var expiresAt: Timestamp

    @Option(
        help: ArgumentHelp("Where it came from, such as SYNERISE.", valueName: "name"),
        completion: .list(Arguments.origins), transform: Arguments.origin)
    var origin: TokenOrigin

    @Option(help: "The customer's UUID.", transform: Arguments.uuid)
    var uuid: CustomerUUID

    @Option(name: .customLong("client-id"), help: ArgumentHelp("The numeric profile id.", valueName: "id"))
    var clientID: String?

    @Option(name: .customLong("custom-id"), help: ArgumentHelp("The customer's id in the shop.", valueName: "id"))
    var customID: String?

    @Option(help: "The authority's realm.")
    var realm: String?

    @Option(name: .customLong("auth-id"), help: ArgumentHelp("The customer's authID.", valueName: "id"))
    var authID: String?

    func request() throws -> AuthenticateWithToken {
        AuthenticateWithToken(
            token: try SecretInput(name: "token", file: tokenFile).read(), expiresAt: expiresAt, origin: origin,
            uuid: uuid, clientID: clientID, customID: customID, realm: realm, authID: authID,
            ifGeneration: change.ifGeneration
        )
    }

    func answer(_ answer: AuthenticationAnswer) -> CommandAnswer { CommandAnswer(answer) }
}
