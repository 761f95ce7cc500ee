// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct IsSignedInCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "is-signed-in", abstract: "Say whether somebody is signed in.",
        discussion: "Exit status 0: yes; 3: no. Who is recognised by Simple Authentication only is not signed in."
    )

    @OptionGroup var options: GlobalOptions

    func request() -> GetStatus { GetStatus() }

    func answer(_ status: SessionStatus) -> CommandAnswer {
        CommandAnswer(status.signedIn ? "yes" : "no", status: status.signedIn ? .success : .no)
    }
}
