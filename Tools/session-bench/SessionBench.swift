// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessiondLinux

/// Measures servers that speak the daemon's protocol, or look as if they did.
@main
struct SessionBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session-bench", abstract: "Measures sessiond, and servers to compare it with.",
        subcommands: [LoadCommand.self, ChangesCommand.self])

    static func main() { main(ProgramArguments.texts) }
}
