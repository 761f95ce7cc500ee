// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CSessiondLinux
import Glibc
import Logging
import SessionConfiguration
import SessionProtocol
import SessiondLinux

/// The command line `sessiond`.
package enum SessiondProgram {
    /// Carries the process's arguments out, and ends it with a status of sysexits(3) where they cannot be.
    package static func main() {
        // No core dump and no ptrace by the same user, whatever is asked for: the memory holds secrets.
        clinux_set_dumpable(0)
        do {
            var command = try Sessiond.parseAsRoot(ProgramArguments.texts)
            try command.run()
            clinux_leave(EXIT_SUCCESS)
        } catch let status as ExitCode {
            clinux_leave(status.rawValue)
        } catch { end(by: error) }
    }

    // Help and versions that were asked for are ArgumentParser's; so are words that it does not know, said as elsewhere here.
    private static func end(by error: any Error) -> Never {
        let status = Sessiond.exitCode(for: error)
        guard status == .validationFailure else { Sessiond.exit(withError: error) }
        let lines = Sessiond.message(for: error).split(separator: "\n")
        // Values that there are stand in a list, `  - debug`.
        let values = lines.filter { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }.joined(separator: ", ")
        let message = lines.filter { !$0.hasPrefix("  - ") }.joined(separator: " ")
        printError("error: \(message)\(values.isEmpty ? "" : " \(values)")")
        // `  See 'sessiond rekey --help' for more information.`
        let words = Sessiond.fullMessage(for: error).split(separator: "'")
        printError("hint: see \(words.last { $0.hasSuffix(" --help") } ?? "sessiond --help")")
        exit(status.rawValue)
    }
}

struct Sessiond: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessiond", abstract: "Holds the one customer session of this device.",
        usage: "sessiond [<options>]\nsessiond rekey [<options>]",
        version: "sessiond \(Product.version)", subcommands: [Rekey.self])

    @OptionGroup var options: Options

    mutating func run() throws {
        let loader = ConfigurationLoader(options.config.map { .file($0.absolutePath) } ?? .search(.system))
        guard !options.checkConfig else { return try check(loader) }
        guard !options.checkAuthority else { return try AuthorityCheck(loader: loader).run() }
        do throws(StartFailure) {
            try Daemon(options: options, loader: loader).run()
        } catch {
            if !error.isLogged { printError("error: \(error.message)") }
            throw ExitCode(error.status)
        }
    }

    private func check(_ loader: ConfigurationLoader) throws {
        let check = ConfigurationCheck(loader)
        let silent = Logger(label: "sessiond") { _ in SwiftLogNoOpLogHandler() }
        let problem = DaemonConfiguration.problem(loader, logger: silent)
        for line in check.diagnostics { printError(line) }
        if let problem { printError("error: \(problem.message) (\(problem.hint ?? ""))") }
        guard check.isUsable, problem == nil else { throw ExitCode(StartFailure.unusableConfiguration) }
        for line in check.report(warnings: check.diagnostics.count) { print(line) }
    }
}

/// Writes a line to standard error.
func printError(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}
