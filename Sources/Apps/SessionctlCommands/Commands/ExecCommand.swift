// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct ExecCommand: CallingCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command in place of sessionctl, with a token that it can read from a descriptor.",
        discussion: """
            The command finds the descriptor's number in SESSIOND_TOKEN_FD, whose customer it is in SESSIOND_UUID, and when \
            the token ends in SESSIOND_EXPIRES_AT. It gets this one token and no later one. The exit status is the \
            command's.
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var choice: TokenChoice

    @Flag(
        help: """
            Put the token into SESSIOND_TOKEN, in place of the descriptor: every program that the command starts inherits \
            it, and all of the user's processes can read it.
            """)
    var env = false

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("What to run, and its arguments, behind '--'.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("What to run is missing: sessionctl exec -- COMMAND.") }
    }

    func run() throws {
        let answer = try options.settings.ask(choice.request)
        try Execution(answer, inEnvironment: env).begin(argumentCount: command.count)
    }
}
