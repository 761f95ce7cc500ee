// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Foundation
import SessiondLinux

/// The program of an emulator.
package protocol EmulatorCommand: AsyncParsableCommand {}

extension EmulatorCommand {
    /// Carries the process's arguments out; what is wrong with them is said as the programs of the product say it.
    package static func main() async {
        do {
            var command = try parseAsRoot(ProgramArguments.texts)
            if var emulator = command as? Self { try await emulator.run() } else { try command.run() }
        } catch {
            end(by: error)
        }
    }

    // Help that was asked for is ArgumentParser's.
    private static func end(by error: any Error) -> Never {
        let status = exitCode(for: error)
        guard status != .success else { exit(withError: error) }
        let message = message(for: error).split(separator: "\n").joined(separator: " ")
        let hint = status == .validationFailure ? "hint: see \(_commandName) --help\n" : ""
        try? FileHandle.standardError.write(contentsOf: Data("error: \(message)\n\(hint)".utf8))
        Foundation.exit(status.rawValue)
    }
}
