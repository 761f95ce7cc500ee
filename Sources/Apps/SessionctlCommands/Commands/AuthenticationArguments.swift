// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

/// Who the customer is: one of e-mail and custom id, where the verb needs one.
struct AccountArguments: ParsableArguments {
    @Option(help: "The customer's e-mail address.")
    var email: String?

    @Option(name: .customLong("custom-id"), help: ArgumentHelp("The customer's id in the shop.", valueName: "id"))
    var customID: String?

    var isEmpty: Bool { email == nil && customID == nil }

    /// The one that was given.
    func required() throws(ValidationError) -> AccountName {
        switch (email, customID) {
        case (let email?, nil): return .email(email)
        case (nil, let customID?): return .customID(customID)
        case (nil, nil): throw ValidationError("One of '--email' and '--custom-id' is needed.")
        default: throw ValidationError("Only one of '--email' and '--custom-id' can be given.")
        }
    }
}

/// What the password and provider forms have in common.
struct AuthenticationArguments: ParsableArguments {
    @Option(
        name: .customLong("auth-id"),
        help: ArgumentHelp("What the UUID is derived from: unique for the customer.", valueName: "id"))
    var authID: String?

    @Flag(help: "Have the authority's condition answered; exit status 3 where it is not SUCCESS.")
    var conditional = false

    @Option(
        help: ArgumentHelp("Agreements to store: a JSON object.", valueName: "json"), transform: Arguments.object)
    var agreements: JSONValue?

    @Option(
        help: ArgumentHelp("Attributes to store: a JSON object.", valueName: "json"), transform: Arguments.object)
    var attributes: JSONValue?

    var isEmpty: Bool { authID == nil && !conditional && agreements == nil && attributes == nil }

    var options: AuthenticationOptions {
        AuthenticationOptions(
            authID: authID, conditional: conditional, agreements: agreements, attributes: attributes)
    }
}

extension CommandAnswer {
    /// What an authentication answers.
    init(_ answer: AuthenticationAnswer) {
        switch answer {
        case .status(let status): self.init(status.text)
        case .conditional(let condition, let conditions, let session):
            var fields = Fields()
            fields.add("Condition", condition.rawValue)
            fields.add("Conditions", conditions?.text)
            let status = condition == .success ? ExitStatus.success : .no
            self.init(fields.text + "\n\n" + session.text, status: status)
        }
    }
}
