// SPDX-License-Identifier: Apache-2.0

import SessionClient

@main
struct Till {
    static func main() throws {
        let session = BlockingSessionClient(path: try SocketPath.fromEnvironment())
        let header = try authorization(session)
        print("A header of \(header.utf8.count) bytes, and no task.")
    }

    /// The header that shows the customer's token to a server, or after five seconds the reason why there is none.
    static func authorization(_ session: BlockingSessionClient) throws -> String {
        let request = RetrieveToken(minimumValiditySeconds: 60)
        let answer = try session.call(request, deadline: .seconds(5))
        return "Bearer \(answer.token.reveal())"
    }
}
