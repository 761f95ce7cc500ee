// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Foundation
import Glibc

@testable import TestSupport

/// A daemon that does to each connection what a test's script says, on a real Unix socket.
public final class FakeDaemon: Sendable {
    /// Talks to one connection, on a thread of its own; the connection is closed when it returns.
    public typealias Script = @Sendable (Peer) throws -> Void

    /// Where it listens.
    public let path: String
    /// What was received, as it comes.
    public let arrivals: AsyncStream<Request>
    /// The numbers of the connections that were closed here, each when that has happened.
    public let closures: AsyncStream<Int>
    private let folder: TemporaryFolder?
    private let listener: Int32
    private let isRunning = DispatchSemaphore(value: 0)
    private let isAccepting = DispatchSemaphore(value: 0)

    /// Listens in a folder of its own, or at a path.
    public init(at path: String? = nil, script: @escaping Script) throws {
        folder = path == nil ? try TemporaryFolder() : nil
        self.path = path ?? folder?.file("s") ?? ""
        listener = try FakeDaemon.listen(self.path)
        let (stream, continuation) = AsyncStream.makeStream(of: Request.self)
        arrivals = stream
        let (closures, closed) = AsyncStream.makeStream(of: Int.self)
        self.closures = closures
        isRunning.signal()
        let (listener, isAccepting) = (listener, isAccepting)
        Thread.detachNewThread {
            FakeDaemon.accept(listener, continuation, closed, script)
            isAccepting.signal()
        }
    }

    /// One that answers every request with what `answer` says.
    public static func answering(
        at path: String? = nil, _ answer: @escaping @Sendable (Request) -> Answer
    ) throws -> FakeDaemon {
        try FakeDaemon(at: path) { peer in
            while let request = try peer.next() { try peer.send(answer(request).line(id: request.id)) }
        }
    }

    deinit {
        stop()
        isAccepting.wait()
        close(listener)
    }

    /// Takes the socket away, once; connections that stand are left to their scripts.
    ///
    /// Each test calls it at its end too, because a daemon that is not used any more is gone.
    public func stop() {
        guard isRunning.wait(timeout: .now()) == .success else { return }
        unlink(path)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// A socket that listens at a path, with room for so many connections that were not accepted yet, and one.
    public static func listen(_ path: String, backlog: Int32 = 128) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemFailure("socket") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, Glibc.listen(descriptor, backlog) == 0 else { throw SystemFailure("bind") }
        return descriptor
    }

    private static func accept(
        _ listener: Int32, _ arrivals: AsyncStream<Request>.Continuation, _ closed: AsyncStream<Int>.Continuation,
        _ script: @escaping Script
    ) {
        var count = 0
        while true {
            let descriptor = clinux_accept(listener)
            guard descriptor >= 0 else { break }
            // Scripts wait.
            _ = fcntl(descriptor, F_SETFL, 0)
            let peer = Peer(descriptor: descriptor, number: count, arrivals: arrivals)
            count += 1
            Thread.detachNewThread {
                try? script(peer)
                close(descriptor)
                closed.yield(peer.number)
            }
        }
        arrivals.finish()
    }
}
