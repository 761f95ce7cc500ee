// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import AuthorityEmulator
import Foundation
import SyneriseEmulator

/// The development tool.
@main
struct SyneriseEmulatorCommand: EmulatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "synerise-emulator",
        abstract: "Serves the REST API of an authority on 127.0.0.1, with faults, for tests of sessiond.")

    @OptionGroup var options: Options

    func run() async throws {
        let server = try EmulatorServer(options.emulatorOptions())
        try await server.run { port in
            let line = Data("listening on http://127.0.0.1:\(port)\n".utf8)
            try? FileHandle.standardOutput.write(contentsOf: line)
        }
    }
}
