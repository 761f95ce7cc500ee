// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import Foundation

/// Where the state is kept over a restart.
struct StateFile: Sendable {
    let path: String

    /// - Throws: ``OptionError`` for a file that is there and was not written by this program.
    func read() throws(OptionError) -> ProviderState {
        guard let data = FileManager.default.contents(atPath: path) else { return ProviderState() }
        do {
            return try JSONDecoder().decode(ProviderState.self, from: data)
        } catch {
            throw OptionError("the state file \(path) is not one of an emulator: \(error)")
        }
    }

    func write(_ state: ProviderState) {
        guard let data = try? JSONEncoder().encode(state) else { return }
        try? data.write(to: URL(filePath: path), options: .atomic)
    }
}
