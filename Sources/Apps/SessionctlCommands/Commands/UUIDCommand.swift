// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct UUIDCommand: CallingCommand {
    static let configuration = CommandConfiguration(commandName: "uuid", abstract: "Print the customer's UUID.")

    @OptionGroup var options: GlobalOptions

    @Option(
        name: .customLong("for-auth-id"),
        help: ArgumentHelp("Print the UUID that an authentication with this authID would lead to.", valueName: "id"))
    var authID: String?

    // Two methods with one answer.
    func run() throws {
        if let authID {
            try options.settings.call({ GetUUIDForAuthentication(authID: authID) }, CommandAnswer.init)
        } else {
            try options.settings.call({ GetUUID() }, CommandAnswer.init)
        }
    }
}

extension CommandAnswer {
    /// A UUID.
    init(_ answer: UUIDAnswer) { self.init(answer.uuid.description) }
}
