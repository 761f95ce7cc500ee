// SPDX-License-Identifier: Apache-2.0

import SessionClient

@main
struct Till {
    static func main() async throws {
        let session = try SessionClient()
        let status = try await session.status()
        print("The customer is \(status.uuid).")
    }
}
