// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc

/// The command line `sessionctl`.
public enum Sessionctl {
    /// Carries the process's arguments out, and ends it with the status that they led to.
    public static func main() -> Never {
        StandardStream.prepare()
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    static func run(_ arguments: [String]) -> ExitStatus {
        var command: any ParsableCommand
        do { command = try RootCommand.parseAsRoot(arguments) } catch { return report(parsing: error) }
        let inJSON = (command as? any CallingCommand)?.options.json ?? false
        do {
            try command.run()
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
        do throws(CommandFailure) {
            try StandardStream.output.write(text)
            return .success
        } catch {
            error.report(inJSON: false)
            return error.status
        }
    }
}
