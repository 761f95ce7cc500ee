// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CSessiondLinux
import SessiondLinux

/// The command line `sessionctl`.
package enum Sessionctl {
    /// Carries the process's arguments out, and ends it with the status that they led to.
    package static func main() -> Never {
        StandardStream.prepare()
        // Not exit(3): it waits for files that others read, and a directory service that hangs has one of its own open.
        clinux_leave(run(ProgramArguments.texts).rawValue)
    }

    private static func run(_ arguments: [String]) -> ExitStatus {
        if let quick = QuickCommand(arguments) { return report(inJSON: quick.settings.isJSON, quick.run) }
        if RootHelp.isWanted(arguments) {
            return report(inJSON: false) { try StandardStream.output.write(RootHelp.text) }
        }
        let inJSON = arguments.prefix { $0 != "--" }.contains("--json")
        if let unknown = UnknownVerb(in: arguments, of: RootCommand.self) {
            unknown.failure.report(inJSON: inJSON)
            return unknown.failure.status
        }
        do {
            var command = try RootCommand.parseAsRoot(arguments)
            return report(inJSON: inJSON) { try command.run() }
        } catch {
            // A value that is missing, or a rule that is broken, may be so for an option that is misspelt.
            if RootCommand.exitCode(for: error) != .success, let option = UnknownOption(in: arguments) {
                option.failure.report(inJSON: inJSON)
                return option.failure.status
            }
            return report(parsing: error, inJSON: inJSON)
        }
    }

    private static func report(inJSON: Bool, _ run: () throws -> Void) -> ExitStatus {
        do {
            try run()
            return .success
        } catch let answer as NegativeAnswer {
            return answer.status
        } catch let failure as CommandFailure {
            failure.report(inJSON: inJSON)
            return failure.status
        } catch {
            return report(parsing: error, inJSON: inJSON)
        }
    }

    // What ArgumentParser throws: help that was asked for, which is an answer, and errors of use.
    private static func report(parsing error: any Error, inJSON: Bool) -> ExitStatus {
        guard RootCommand.exitCode(for: error) == .success else {
            let failure = CommandFailure(usage: error)
            failure.report(inJSON: inJSON)
            return failure.status
        }
        let text = UsageText(RootCommand.fullMessage(for: error)).wrapped + "\n"
        return report(inJSON: false) { try StandardStream.output.write(text) }
    }
}

extension CommandFailure {
    /// A command line that ArgumentParser refuses: why, and where its options stand; not all of them here.
    fileprivate init(usage error: any Error) {
        let lines = RootCommand.fullMessage(for: error).split(separator: "\n")
        let message = RootCommand.message(for: error)
        // `  See 'sessionctl token --help' for more information.`
        let help = lines.last { $0.contains(" --help'") }?.split(separator: "'").first { $0.hasSuffix("--help") }
        self.init(
            .usage, name: "usage", message.split(separator: "\n").joined(separator: " "),
            hint: "see \(help ?? "sessionctl --help")")
    }
}
