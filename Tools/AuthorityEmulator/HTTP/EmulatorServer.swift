// SPDX-License-Identifier: Apache-2.0

import FlyingFox
import FlyingSocks
import Foundation
import Glibc

/// The emulator on 127.0.0.1, over HTTP/1.1.
package struct EmulatorServer: Sendable {
    // Longer than any fault may delay an answer, and than anybody holds one.
    private static let longestAnswerSeconds = 7 * 86_400.0

    private let server: HTTPServer
    private let port: UInt16
    private let listens: @Sendable (UInt16) async -> Void

    /// An emulator that does not listen yet.
    ///
    /// - Throws: ``OptionError`` for options that cannot be used.
    package init<Authority>(_ authority: Authority, _ settings: EmulatorSettings<Authority>) throws(OptionError) {
        let emulator = try Emulator(authority, settings)
        guard let address = try? sockaddr_in.inet(ip4: "127.0.0.1", port: settings.port) else {
            throw OptionError("127.0.0.1 is not an address here")
        }
        port = settings.port
        listens = { await emulator.listens(port: $0) }
        server = HTTPServer(
            config: HTTPServer.Configuration(
                address: address, timeout: EmulatorServer.longestAnswerSeconds, logger: .disabled),
            handler: HTTPFront(emulator: emulator))
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: Is called once with the port, as soon as connections are accepted.
    /// - Throws: ``OptionError`` with what the kernel says of the port.
    package func run(ready: @escaping @Sendable (UInt16) -> Void) async throws {
        EmulatorServer.raiseDescriptorLimit()
        do {
            try await serve(ready)
        } catch let error as SocketError {
            throw OptionError("127.0.0.1:\(port) cannot be served: \(error)")
        }
    }

    private func serve(_ ready: @escaping @Sendable (UInt16) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                try await server.waitUntilListening()
                guard case .ip4(_, let port) = await server.listeningAddress else { return }
                await listens(port)
                ready(port)
            }
            try await group.waitForAll()
        }
    }

    // A thousand clients at once need a thousand descriptors; the usual limit is 1,024.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
