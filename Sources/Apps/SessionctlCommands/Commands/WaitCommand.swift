// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct WaitCommand: CallingCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until the daemon can do its work, or somebody is signed in, or nobody is.",
        discussion: """
            Ready is the daemon where it can do its work, be it degraded, as sessionctl health has it: that is then said \
            behind it. Exit status 0: it is so; 69: the daemon could not be reached until the time was up; 124: the time was \
            up before it was so. The daemon need not run when the waiting begins. For a customer it has no end without \
            --timeout.
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("What to wait for: ready, signed-in or anonymous.", valueName: "condition"),
        completion: .list(Arguments.awaitedConditions), transform: Arguments.awaited)
    var condition: AwaitedCondition

    func run() throws {
        switch condition {
        case .ready: try Readiness(options.settings).await()
        case .signedIn: try Following(options.settings).await(orElse: "nobody is signed in") { $0.signedIn }
        case .anonymous:
            try Following(options.settings).await(orElse: "a customer is there") {
                !$0.signedIn && !$0.signedInViaSimpleAuthentication
            }
        }
    }
}
