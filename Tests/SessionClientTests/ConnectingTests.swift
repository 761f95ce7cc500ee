// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Glibc
import SessionProtocol
import Testing

@testable import SessionClient
@testable import TestSupport

/// Sockets that cannot be connected to, and what is said about them.
@Suite(.timeLimit(.minutes(10))) struct ConnectingTests {
    @Test(arguments: ClientKind.allCases)
    func noSocketIsUnreachableAtOnce(kind: ClientKind) async throws {
        let path = try TemporaryFolder().file("s")
        let error = await #expect(throws: ClientError.self) { try await kind.client(path).call(GetUUID(), nil) }
        #expect(error?.code == .unreachable)
        #expect(error?.systemErrorNumber == ENOENT)
        #expect(error?.message == "sessiond is not running: there is no socket \(path)")
        #expect(error?.hint == "start it: sessiond --socket \(path)")
    }

    @Test(arguments: ClientKind.allCases)
    func aSocketThatNobodyListensOnIsUnreachable(kind: ClientKind) async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try StaleSocket.make(at: folder.file("s"))
        let client = try kind.client(folder.file("s"))
        let error = await #expect(throws: ClientError.self) { try await client.call(Destroy(), nil) }
        #expect(error?.code == .unreachable)
        #expect(error?.systemErrorNumber == ECONNREFUSED)
        #expect(error?.message == "sessiond is not running: nobody listens on \(folder.file("s"))")
    }

    @Test(arguments: ClientKind.allCases)
    func aSocketWithoutRoomIsTriedAgain(kind: ClientKind) async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let listener = Descriptor(owning: try FakeDaemon.listen(folder.file("s"), backlog: 0))
        let path = try SocketPath(folder.file("s"))
        let waiting = try Transport.connect(to: path)
        #expect(throws: SystemError.queueIsFull) { _ = try Transport.connect(to: path) }
        let client = try kind.client(folder.file("s"))
        let began = ContinuousClock.now
        let error = await #expect(throws: ClientError.self) { try await client.call(GetUUID(), .milliseconds(200)) }
        #expect(error?.code == .unreachable)
        #expect(error?.message == "sessiond does not keep up: the queue of \(path) is full")
        #expect(ContinuousClock.now - began >= .milliseconds(70))
        withExtendedLifetime(waiting) {}
        withExtendedLifetime(listener) {}
    }

    @Test func everyFailureSaysWhatWhereAndWhatToDo() throws {
        let path = try SocketPath("/nowhere/s")
        for number in [ENOENT, ENOTDIR, ECONNREFUSED, EPROTOTYPE, EAGAIN, ELOOP, EMFILE, ENFILE, ENOMEM, EPERM] {
            let error = ClientError.connecting(to: path, SystemError(call: .connect, number: number))
            #expect(error.message.contains("/nowhere/s"))
            #expect(error.hint?.isEmpty == false)
        }
    }

    @Test func systemdIsAskedToStartWhatItLooksAfter() throws {
        let other = try SocketPath("/nowhere/s")
        #expect(ClientError.startHint(.standard, hasSystemd: true) == "start it: systemctl start sessiond.socket")
        #expect(ClientError.startHint(.standard, hasSystemd: false, isRoot: true) == "start it: sessiond")
        #expect(
            ClientError.startHint(.standard, hasSystemd: false, isRoot: false)
                == "start it as root: sessiond; or as yourself: sessiond --socket PATH --state-directory FOLDER, and set "
                + "SESSIOND_SOCKET=PATH")
        #expect(ClientError.startHint(other, hasSystemd: true) == "start it: sessiond --socket /nowhere/s")
    }

    @Test(arguments: [0, 108, 109, 4_096])
    func aPathThatIsNoSocketsIsRefused(bytes: Int) {
        let path = String(repeating: "p", count: bytes)
        let error = #expect(throws: ClientError.self) { try SocketPath(path) }
        #expect(error?.code == .invalidSocketPath)
    }

    @Test func theLongestPathIsConnectedTo() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let name = String(repeating: "p", count: SocketPath.maximumBytes - folder.path.utf8.count - 1)
        let daemon = try FakeDaemon.answering(at: folder.file(name)) { _ in .result(Sample.uuidAnswer) }
        defer { daemon.stop() }
        #expect(try await SessionClient(socketPath: daemon.path).getUUID().description == Sample.uuid)
    }

    @Test func childrenDoNotInheritTheConnection() throws {
        let daemon = try FakeDaemon { try $0.waitForClose() }
        defer { daemon.stop() }
        let socket = try Transport.connect(to: SocketPath(daemon.path))
        #expect(fcntl(socket.number, F_GETFD) & FD_CLOEXEC != 0)
    }
}
