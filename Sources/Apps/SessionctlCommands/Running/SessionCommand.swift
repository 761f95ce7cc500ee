// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
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

    func run() throws { try call() }

    /// Asks, and prints the answer.
    func call() throws {
        // Nobody types a password to hear then that there is no daemon.
        if Request.method.isMutation, isatty(STDIN_FILENO) != 0 { try options.settings.checkReachable() }
        try consent?.obtain()
        try options.settings.call(request, answer)
    }
}
