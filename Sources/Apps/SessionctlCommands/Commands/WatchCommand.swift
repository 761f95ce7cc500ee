// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct WatchCommand: CallingCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Print every change of the session as it happens, one a line.",
        discussion: """
            The first line is the session as it is. It goes on until it is ended or nobody reads any more (exit status \
            74, without a message), over restarts of the daemon too: where changes were missed, a line 'gap' says how the \
            session is now. With --timeout, the first line is not waited for any longer.
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp("Begin behind this event, as far as the daemon still has what came.", valueName: "number"))
    var since: Int64?

    func validate() throws {
        guard since ?? 0 >= 0 else { throw ValidationError("'--since' takes the number of an event.") }
    }

    func run() throws { try Following(options.settings).printChanges(since: since) }
}
