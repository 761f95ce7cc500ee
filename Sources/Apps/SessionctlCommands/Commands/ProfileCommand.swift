// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct ProfileCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Print the customer's own profile, JSON as the authority gives it.")

    @OptionGroup var options: GlobalOptions

    func request() -> GetProfile { GetProfile() }

    func answer(_ answer: ProfileAnswer) -> CommandAnswer { CommandAnswer(answer.profile.text) }
}
