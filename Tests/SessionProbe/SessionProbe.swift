// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol
import SessiondLinux

/// An app as the tests of a whole device need one: `session-probe METHOD...` calls those methods in turn, over one
/// `SessionClient`, until its standard input ends.
///
/// `session-probe session.watch` follows the session instead: ``Following``.
///
/// Each call prints a line `METHOD OUTCOME GENERATION UUID`: `ok` or the error's name, and `-` for what was not told.
@main
struct SessionProbe {
    static func main() async throws {
        let client = try SessionClient()
        let methods = ProgramArguments.texts.compactMap(Method.init)
        if methods == [.watch] { return await Following(client: client).run() }
        while !methods.isEmpty, !inputHasEnded {
            for method in methods { say("\(method.rawValue) \(await outcome(of: method, client))\n") }
            // The processors are for those under test.
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private static func outcome(of method: Method, _ client: SessionClient) async -> String {
        do throws(ClientError) {
            switch method {
            case .getUUID: return "ok - \(try await client.getUUID())"
            case .retrieveToken:
                let answer = try await client.retrieveToken().facts
                return "ok \(answer.generation) \(answer.uuid)"
            case .regenerateUUID:
                let answer = try await client.regenerateUUID()
                return "ok \(answer.generation) \(answer.uuid)"
            default:
                let status = try await client.status()
                return "ok \(status.generation) \(status.uuid)"
            }
        } catch {
            let name = error.sessionError?.name.rawValue ?? error.code.rawValue
            return "\(name) " + (error.status.map { "\($0.generation) \($0.uuid)" } ?? "- -")
        }
    }

    // At once: in a buffer it would wait for more.
    static func say(_ line: String) {
        let bytes = Array(line.utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }

    private static var inputHasEnded: Bool {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&input, 1, 0) > 0
    }
}
