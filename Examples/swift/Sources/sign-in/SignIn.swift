// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import SessionClient
import SessionProtocol

/// Signs a customer in at an OpenID provider: shows what they need, and waits.
@main
struct SignIn {
    static func main() async throws {
        let session = try SessionClient()
        let request = try await session.beginSignIn().request
        // Interrupted: nobody is there any more to tell how it ends.
        signal(SIGINT, SIG_IGN)
        let interrupts = DispatchSource.makeSignalSource(signal: SIGINT)
        interrupts.setEventHandler { @Sendable in
            Task {
                _ = try? await session.cancelSignIn(attempt: request.attempt)
                exit(1)
            }
        }
        interrupts.resume()
        if let address = request.authorizationURL {
            // An app shows it in a web view, and has the address from that which the customer is sent back to.
            print(address.reveal())
            let url = Secret(readLine() ?? "")
            do {
                _ = try await session.completeSignIn(attempt: request.attempt, callbackURL: url)
            } catch {
                _ = try await session.cancelSignIn(attempt: request.attempt)
                throw error
            }
        } else if let address = request.verificationURI, let code = request.userCode {
            print(address.reveal(), code.reveal())
        }
        exit(try await isSignedIn(request, session) ? 0 : 1)
    }

    /// How it ends. It goes on by itself, over restarts too; the daemon asks the provider.
    static func isSignedIn(_ request: SignInRequest, _ session: SessionClient) async throws -> Bool {
        for await change in session.changes() {
            guard let status = change.status, status.pendingSignIn?.attempt != request.attempt else { continue }
            print(status.state.rawValue)
            return status.signedIn
        }
        return false
    }
}
