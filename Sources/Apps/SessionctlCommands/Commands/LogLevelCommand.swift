// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct LogLevelCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "log-level", abstract: "Change what the daemon logs, until it restarts.",
        discussion: "After a restart the level of sessiond's --log-level counts again, which is info by default."
    )

    @OptionGroup var options: GlobalOptions

    @Argument(
        help: "trace, debug, info, notice, warning, error or critical.",
        completion: .list(Arguments.logLevels), transform: Arguments.logLevel)
    var level: SetLogLevel.Level

    func request() -> SetLogLevel { SetLogLevel(level: level) }

    func answer(_ response: Done) -> CommandAnswer { CommandAnswer() }
}
