// SPDX-License-Identifier: Apache-2.0

import SessionClient

@main
struct Till {
    static func main() async throws {
        let session = try SessionClient()
        for await change in session.changes() {
            if case .interrupted(let error) = change.cause {
                print("Nothing is known now: \(error.message).")
                continue
            }
            guard let status = change.status else { continue }
            if change.previous != nil, change.isOtherCustomer { print("Forget the last customer.") }
            print(greeting(status))
        }
    }

    static func greeting(_ status: SessionStatus) -> String {
        switch status.state {
        case .signedIn: "Hello, \(status.login ?? "customer")."
        case .simple: "Hello again."
        case .expired: "Please sign in again."
        default: "Welcome to \(status.customIdentifier ?? "a till")."
        }
    }
}
