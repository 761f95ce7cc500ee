// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct RefreshCommand: SessionCommand {
    static let configuration = CommandConfiguration(commandName: "refresh", abstract: "Have the token refreshed now.")

    @OptionGroup var options: GlobalOptions

    func request() -> RefreshToken { RefreshToken() }

    func answer(_ token: TokenFacts) -> CommandAnswer {
        var fields = Fields()
        fields.add("Token", [token.stale ? "stale" : "valid", token.origin.rawValue])
        fields.add("Expires", [token.expiresAt.shown, "in " + spanText(seconds: token.expiresInSeconds)])
        fields.add("UUID", token.uuid.description)
        fields.add("Generation", String(token.generation))
        return CommandAnswer(fields.text)
    }
}
