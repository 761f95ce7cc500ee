// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SessiondLinux

@Suite("Plain files", .timeLimit(.minutes(10)))
struct PlainFileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("plain-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        #expect(chmod(path(name), mode) == 0)
        return path(name)
    }

    private func failure(_ path: String, maximumBytes: Int = 100) -> PlainFileFailure? {
        do throws(PlainFileFailure) {
            _ = try PlainFile(path: path, maximumBytes: maximumBytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func readsAFileThroughALink() throws {
        let target = try write("file", "content")
        #expect(symlink(target, path("link")) == 0)
        let file = try PlainFile(path: path("link"), maximumBytes: 7)
        #expect(file.bytes == Array("content".utf8))
        #expect(file.stranger == nil && !file.isReadableByEveryone)
    }

    @Test func refusesOneThatIsTooLarge() throws {
        let file = try write("file", "content")
        #expect(failure(file, maximumBytes: 6) == .tooLarge(maximumBytes: 6))
    }

    @Test func takesTheNullDeviceForAnEmptyFile() throws {
        #expect(try PlainFile(path: "/dev/null", maximumBytes: 0).bytes.isEmpty)
    }

    @Test func refusesWhatIsNoFileWithoutWaiting() throws {
        #expect(mkfifo(path("fifo"), 0o600) == 0)
        #expect(failure(path("fifo")) == .notRegular)
        #expect(failure(folder.path) == .notRegular)
        #expect(failure("/dev/zero") == .notRegular)
        #expect(failure(path("nothing")) == .system(errorNumber: ENOENT))
        #expect(symlink("loop", path("loop")) == 0)
        #expect(failure(path("loop")) == .system(errorNumber: ELOOP))
    }

    @Test func namesWhoElseCouldHaveWrittenIt() throws {
        func stranger(_ mode: mode_t) throws -> Stranger? {
            try PlainFile(path: try write("file", "", mode: mode), maximumBytes: 0).stranger
        }
        #expect(try stranger(0o644) == nil)
        #expect(try stranger(0o646) == .everyone)
        #expect(try stranger(0o666) == .everyone)
        // Of this process's own group.
        #expect(try stranger(0o664) == nil)
        #expect(try PlainFile(path: try write("file", "", mode: 0o604), maximumBytes: 0).isReadableByEveryone)
    }

    @Test(arguments: [
        (UInt32(0), UInt32(0), UInt32(0o660), nil), (0, 4_000_000_000, 0o640, nil),
        (0, 4_000_000_000, 0o660, Stranger.group(4_000_000_000)),
        (4_000_000_000, 0, 0o400, .owner(4_000_000_000)), (4_000_000_000, 0, 0o666, .owner(4_000_000_000)),
    ])
    func trustsRootAndItself(owner: uid_t, group: gid_t, mode: mode_t, expected: Stranger?) {
        var status = stat()
        (status.st_uid, status.st_gid, status.st_mode) = (owner, group, S_IFREG | mode)
        #expect(Stranger(status) == expected)
        status.st_uid = geteuid()
        if case .owner = expected { #expect(Stranger(status) != expected) }
    }
}
