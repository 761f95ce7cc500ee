// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct DestroyCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "End the session, forget everything about the customer, and print the new UUID.",
        discussion: """
            Asks on a terminal; a script is not asked, but for --discard-unreadable, which there needs --yes.
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var consentOptions: ConsentOptions

    @Flag(help: "Throw away a stored session that cannot be read; there is no way back.")
    var discardUnreadable = false

    var consent: Consent? {
        let unreadable = "Throw away the stored session, which cannot be read now, for ever"
        return Consent(
            question: discardUnreadable ? unreadable : "End the session and forget this customer",
            isGiven: consentOptions.yes, isRequiredWithoutTerminal: discardUnreadable
        )
    }

    func request() -> Destroy { Destroy(discardUnreadable: discardUnreadable, ifGeneration: change.ifGeneration) }

    func answer(_ customer: NewCustomerAnswer) -> CommandAnswer { CommandAnswer(customer) }
}
