// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct TouchCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "touch", abstract: "Say that the customer is there: what keeps an idle session alive.")

    @OptionGroup var options: GlobalOptions

    func request() -> Touch { Touch() }

    func answer(_ done: Done) -> CommandAnswer { CommandAnswer() }
}
