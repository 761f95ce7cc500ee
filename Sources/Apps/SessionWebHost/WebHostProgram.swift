// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol
import SessiondLinux

/// `sessiond-web-host`: a browser starts it for each page that shares the session, and speaks to it over its standard
/// streams; sessiond-web(7).
package enum WebHostProgram {
    /// Runs until the browser closes the stream.
    package static func main() -> Never {
        let arguments = ProgramArguments.texts
        if arguments == ["--version"] {
            print("sessiond-web-host \(Product.version)")
            exit(0)
        }
        // Browsers name the extension.
        guard !arguments.isEmpty else {
            say("a browser starts this program, for web pages that share the session: see sessiond-web(7)")
            exit(64)
        }
        signal(SIGPIPE, SIG_IGN)
        do throws(ClientError) {
            var host = WebHost(path: try SocketPath.fromEnvironment())
            host.run()
            exit(0)
        } catch {
            say(error.description)
            exit(78)
        }
    }

    /// Writes a line on standard error, which the browser hands on.
    static func say(_ text: String) {
        let line = Array("sessiond-web-host: \(text)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
