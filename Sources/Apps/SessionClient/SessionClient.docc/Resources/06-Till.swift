// SPDX-License-Identifier: Apache-2.0

import SessionClient

@main
struct Till {
    static func main() async throws {
        let session = try SessionClient()
        let header = try await authorization(session)
        print("A header of \(header.utf8.count) bytes, which is printed nowhere.")
    }

    /// The header that shows the customer's token to a server; never older than it may be.
    static func authorization(_ session: SessionClient) async throws -> String {
        let answer = try await session.retrieveToken(minimumValidity: .seconds(60))
        return "Bearer \(answer.token.reveal())"
    }
}
