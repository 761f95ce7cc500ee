// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct SignOutCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-out", abstract: "End the customer's session; works without a network, and twice.",
        discussion: "With --destroy it asks on a terminal; a script is not asked."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var consentOptions: ConsentOptions

    @Flag(help: "Forget the customer too, as destroy does.")
    var destroy = false

    @Flag(help: "End the customer's sessions on all devices.")
    var allDevices = false

    var consent: Consent? {
        guard destroy else { return nil }
        return Consent(question: "Sign out and forget this customer", isGiven: consentOptions.yes)
    }

    func request() -> SignOut {
        SignOut(mode: destroy ? .destroy : .signOut, fromAllDevices: allDevices, ifGeneration: change.ifGeneration)
    }

    func answer(_ answer: SignOutAnswer) -> CommandAnswer {
        var fields = Fields()
        fields.add("Changed", answer.changed ? "yes" : "no")
        fields.add("Authority", answer.authority.text)
        fields.add("UUID", answer.uuid.description)
        fields.add("Generation", String(answer.generation))
        return CommandAnswer(fields.text, durable: answer.durable)
    }
}

extension AuthoritySignOut {
    /// What the authority knows of the sign-out, for people.
    fileprivate var text: String {
        switch self {
        case .done: "was told"
        case .queued: "is told as soon as it answers"
        case .unsupported: "is not told: it takes no sign-outs"
        case .notNeeded: "need not be told"
        case .outboxFull: "is not told: too many sign-outs wait for that"
        default: rawValue
        }
    }
}
