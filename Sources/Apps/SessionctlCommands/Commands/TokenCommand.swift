// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct TokenCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print the token: the customer's while somebody is signed in, else the anonymous one.")

    @OptionGroup var options: GlobalOptions

    @OptionGroup var choice: TokenChoice

    @Flag(help: "Print it as an HTTP header: 'Authorization: Bearer …'.")
    var header = false

    func request() -> RetrieveToken { choice.request }

    func answer(_ answer: TokenAnswer) -> CommandAnswer { CommandAnswer(answer, asHeader: header) }
}

extension CommandAnswer {
    /// A token, or the HTTP header that shows it.
    init(_ answer: TokenAnswer, asHeader: Bool) {
        self.init((asHeader ? "Authorization: Bearer " : "") + answer.token.reveal())
    }
}
