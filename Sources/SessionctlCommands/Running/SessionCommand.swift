// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

/// A verb that is one request, and what of its answer is printed.
protocol SessionCommand: CallingCommand {
    /// What it asks.
    associatedtype Request: SessionRequest
    /// What it asks the user first; `nil`: nothing.
    var consent: Consent? { get }
    /// Makes the request; secrets are read here.
    func request() throws -> Request
    /// What is said about the answer.
    func answer(_ response: Request.Response) -> CommandAnswer
}

extension SessionCommand {
    var consent: Consent? { nil }

    func run() throws {
        try consent?.obtain()
        try options.settings.call(request, answer)
    }
}
