// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import SessionProtocol

struct RegenerateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "regenerate", abstract: "Begin a new anonymous customer, and print the new UUID.",
        discussion: "Refused while somebody is signed in or recognised. Asks on a terminal; a script is not asked."
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var consentOptions: ConsentOptions

    @Option(help: ArgumentHelp("What the UUID is derived from: the same gives the same UUID.", valueName: "id"))
    var identifier: String?

    @Flag(help: "Read the identifier from standard input.")
    var identifierStdin = false

    func validate() throws {
        guard identifier == nil || !identifierStdin else {
            throw ValidationError("'--identifier' and '--identifier-stdin' exclude one another.")
        }
    }

    var consent: Consent? {
        Consent(question: "Forget this customer and begin a new one", isGiven: consentOptions.yes)
    }

    func request() throws -> RegenerateUUID {
        let read = identifierStdin ? try SecretInput(name: "identifier", file: "-").read().reveal() : identifier
        return RegenerateUUID(clientIdentifier: read, ifGeneration: change.ifGeneration)
    }

    func answer(_ customer: NewCustomerAnswer) -> CommandAnswer { CommandAnswer(customer) }
}

extension CommandAnswer {
    /// The UUID of a new customer.
    init(_ customer: NewCustomerAnswer) { self.init(customer.uuid.description, durable: customer.durable) }
}
