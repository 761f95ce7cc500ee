// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import AuthorityEmulator
import Foundation
import OpenIDEmulator

/// The development tool.
@main
struct OpenIDEmulatorCommand: EmulatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "openid-emulator",
        abstract: "Serves an OpenID provider on 127.0.0.1, with faults, for tests of sessiond.",
        usage: "openid-emulator [<options>]")

    @OptionGroup var options: Options

    func run() async throws {
        let server = try EmulatorServer(options.emulatorOptions())
        try await server.run { port in
            let line = Data("listening on http://127.0.0.1:\(port)\n".utf8)
            try? FileHandle.standardOutput.write(contentsOf: line)
        }
    }
}
