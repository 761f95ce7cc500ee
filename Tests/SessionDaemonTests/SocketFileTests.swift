// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Glibc
import Testing

@testable import SessionDaemon
@testable import SessiondLinux
@testable import TestSupport

/// The socket that the daemon makes itself, beside whatever has its path already.
@Suite(.timeLimit(.minutes(10))) struct SocketFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("s")
    }

    @Test func takesOverWhatADaemonLeftBehind() throws {
        try StaleSocket.make(at: path)
        let file = try SocketFile(path: path, group: nil)
        defer { close(file.descriptor) }
        let address = try SocketAddress(path)
        #expect(address.probe() == .somebody)
        file.remove()
        #expect(address.probe() == .nobody)
    }

    @Test func keepsASocketThatIsAnsweredOn() throws {
        let listener = try FakeDaemon.listen(path)
        defer { close(listener) }
        let failure = refusal()
        #expect(failure?.status == StartFailure.taken)
        #expect(failure?.message.contains("--socket") == true)
    }

    @Test func keepsASocketWhoseQueueIsFull() throws {
        let listener = try FakeDaemon.listen(path, backlog: 0)
        let address = try SocketAddress(path)
        var waiting: [Int32] = []
        defer { for descriptor in waiting + [listener] { close(descriptor) } }
        repeat {
            waiting.append(SocketAddress.makeSocket())
        } while address.with({ connect(waiting[waiting.count - 1], $0, $1) }) == 0
        try #require(errno == EAGAIN)
        #expect(refusal()?.status == StartFailure.taken)
    }

    @Test(arguments: [SOCK_DGRAM, SOCK_SEQPACKET])
    func keepsALivingSocketOfAnotherType(type: __socket_type) throws {
        let other = socket(AF_UNIX, Int32(type.rawValue), 0)
        defer { close(other) }
        try #require(try SocketAddress(path).with { bind(other, $0, $1) } == 0)
        if type == SOCK_SEQPACKET { try #require(listen(other, 1) == 0) }
        let failure = refusal()
        #expect(failure?.status == StartFailure.cannotCreate)
        #expect(failure?.message.contains("remove it if nobody does, or use --socket") == true)
    }

    @Test(arguments: ["file", "folder", "pipe", "link to a stale socket", "link to nothing"])
    func keepsWhatIsNoSocket(kind: String) throws {
        switch kind {
        case "file": close(open(path, O_CREAT | O_WRONLY, 0o600))
        case "folder": mkdir(path, 0o700)
        case "pipe": mkfifo(path, 0o600)
        default:
            let target = folder.file("target")
            if kind.hasSuffix("socket") { try StaleSocket.make(at: target) }
            symlink(target, path)
        }
        let failure = refusal()
        #expect(failure?.status == StartFailure.cannotCreate)
        #expect(failure?.message == "\(path) is there and is not a socket: remove it, or use --socket")
    }

    @Test func namesWhatCannotEvenBeLookedAt() throws {
        close(open(folder.file("file"), O_CREAT | O_WRONLY, 0o600))
        let failure = refusal(at: folder.file("file/s"))
        #expect(failure?.status == StartFailure.cannotCreate)
        #expect(failure?.message == "\(folder.file("file/s")): lstat: Not a directory")
    }

    @Test func makesAFolderThatLetsEverybodyThrough() throws {
        let file = try SocketFile(path: folder.file("run/s"), group: getegid())
        defer { close(file.descriptor) }
        #expect(mode(folder.file("run")) == 0o755)
        #expect(mode(folder.file("run/s")) == 0o660)
    }

    @Test func leavesAFolderThatIsThereAsItIs() throws {
        chmod(folder.path, 0o711)
        let file = try SocketFile(path: path, group: nil)
        defer { close(file.descriptor) }
        #expect(mode(folder.path) == 0o711)
        #expect(mode(path) == 0o600)
    }

    // What refuses it; whatever has the path must have it as before.
    private func refusal(at path: String? = nil) -> StartFailure? {
        let path = path ?? self.path
        let before = inode(path)
        defer { #expect(inode(path) == before) }
        do throws(StartFailure) {
            close(try SocketFile(path: path, group: nil).descriptor)
            return nil
        } catch {
            return error
        }
    }

    private func inode(_ path: String) -> ino_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_ino : nil
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }
}
