// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct WaitCommand: CallingCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until the daemon can do its work.",
        discussion: """
            Exit status 0: it can; 69: it could not be reached until the time was up; 124: the time was up before it could. \
            It need not run when the waiting begins.
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(
        name: .customLong("for"), help: ArgumentHelp("What to wait for: ready.", valueName: "condition"),
        transform: Arguments.awaited)
    var condition: AwaitedCondition

    func run() throws {
        switch condition {
        case .ready: try Readiness(options.settings).await()
        }
    }
}

/// What can be waited for.
enum AwaitedCondition: String, CaseIterable {
    /// The daemon can do its work.
    case ready
}
