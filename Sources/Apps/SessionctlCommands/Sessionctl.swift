// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import SessiondLinux

/// The command line `sessionctl`.
package enum Sessionctl {
    /// Carries the process's arguments out, and ends it with the status that they led to.
    package static func main() -> Never {
        StandardStream.prepare()
        exit(run(ProgramArguments.texts).rawValue)
    }

    private static func run(_ arguments: [String]) -> ExitStatus {
        if let quick = QuickCommand(arguments) { return report(inJSON: quick.settings.isJSON, quick.run) }
        do {
            var command = try RootCommand.parseAsRoot(arguments)
            let inJSON = (command as? any CallingCommand)?.options.json ?? false
            return report(inJSON: inJSON) { try command.run() }
        } catch { return report(parsing: error) }
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
            return report(parsing: error)
        }
    }

    // What ArgumentParser throws: help that was asked for, which is an answer, and errors of use.
    private static func report(parsing error: any Error) -> ExitStatus {
        let text = RootCommand.fullMessage(for: error) + "\n"
        guard RootCommand.exitCode(for: error) == .success else {
            StandardStream.error.writeIgnoringErrors(text)
            return .usage
        }
        return report(inJSON: false) { try StandardStream.output.write(text) }
    }
}
