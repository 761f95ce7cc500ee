// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SealedStore
@testable import TestSupport

/// The folder and its files on a real file system.
@Suite(.timeLimit(.minutes(10))) struct StoreFolderTests {
    private let folder: StoreTestFolder

    init() throws { folder = try StoreTestFolder() }

    @Test func refusesAFolderThatIsInUseAndNamesWho() throws {
        var first: StateStore? = try folder.store()
        let error = try #require(throws: StoreError.self) { try folder.store() }
        // In some containers the kernel does not show who it is.
        #expect(error.reason == .lockTaken(holder: getpid()) || error.reason == .lockTaken(holder: nil))
        #expect(error.description.hasPrefix("cannot lock \(folder.path): "))
        #expect(first != nil)
        first = nil
        _ = try folder.store()
    }

    @Test func leavesNoLockToAChildThatHasTheDescriptor() throws {
        var first: FolderStorage? = try FolderStorage(path: folder.path)
        let childs = dup(try #require(first?.folder))
        defer { close(childs) }
        first = nil
        _ = try FolderStorage(path: folder.path)
    }

    @Test func findsTheHolderOfALockInTheKernelsTable() {
        let table = """
            1: POSIX  ADVISORY  WRITE 11 fe:00:42 0 EOF
            2: FLOCK  ADVISORY  WRITE 12 fe:01:42 0 EOF
            3: FLOCK  ADVISORY  WRITE 13 fe:00:43 0 EOF
            3: -> FLOCK  ADVISORY  WRITE 14 fe:00:42 0 EOF
            4: FLOCK  ADVISORY  WRITE 15 fe:00:42 0 EOF
            5: FLOCK  ADVISORY  WRITE 0 fe:00:44 0 EOF
            """
        func holder(_ inode: ino_t) -> Int32? {
            LockHolder.find(FileStatus.Identity(device: 0xFE00, inode: inode), in: table)
        }
        #expect(holder(42) == 15 && holder(43) == 13)
        #expect(holder(44) == nil && holder(45) == nil)
    }

    @Test func warnsOfOpenModes() throws {
        try folder.fill(1)
        try folder.setMode(0o750)
        try folder.setMode(0o644, "session.1")
        let load = try folder.store().load()
        #expect(load.text == "state-1")
        #expect(
            load.warnings == [
                "\(folder.path) has mode 0750: others may get at it: chmod 0700 it",
                "\(folder.path("session.1")) has mode 0644: others may get at it: chmod 0600 it",
            ])
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
    func warnsOfAnotherOwner() throws {
        try folder.fill(1)
        #expect(chown(folder.path, 12345, 12345) == 0)
        #expect(try folder.store().load().warnings == ["\(folder.path) belongs to user 12345, not to 0: chown it"])
    }

    @Test func createsOnlyTheLastFolderOfAPath() throws {
        let error = #expect(throws: StoreError.self) { try StateStore(folder: folder.path("deep")) }
        #expect(error?.operation == .create && error?.errorNumber == ENOENT)
        try Data().write(to: URL(fileURLWithPath: folder.path))
        #expect(throws: StoreError(.open, folder.path, .system(errorNumber: ENOTDIR))) { try folder.store() }
    }

    @Test(arguments: ["a symbolic link", "a FIFO", "a folder", "a socket"])
    func isLockedWhereAFileIsSomethingElse(kind: String) throws {
        try folder.fill(2)
        try FileManager.default.removeItem(atPath: folder.path("session.0"))
        try make(kind, at: folder.path("session.0"))
        let store = try folder.store()
        let error = StoreError(.open, folder.path("session.0"), .notRegular(kind: kind))
        #expect(store.load().lockReason == .unreadable(error))
        #expect(error.description.contains("session.0: it is \(kind), not a file"))
        #expect(try folder.bytes("session.1").starts(with: Array("sessiond-state".utf8)))
        #expect(try store.discard() == [folder.path("session.1.damaged"), folder.path("session.0.damaged")])
        #expect(try store.keep("new", scrub: true) == .saved)
        #expect(store.load().text == "new")
    }

    private func make(_ kind: String, at path: String) throws {
        switch kind {
        case "a symbolic link":
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder.path("session.1"))
        case "a FIFO": #expect(mkfifo(path, 0o600) == 0)
        case "a socket": #expect(mknod(path, S_IFSOCK | 0o600, 0) == 0)
        default: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
    }

    @Test func leavesNoZeroedByteOfALongerState() throws {
        let store = try folder.store()
        _ = store.load()
        let long = String(repeating: "token", count: 1000)
        for text in [long, long, "short", "short"] {
            _ = try store.keep(text)
        }
        for name in ["session.0", "session.1"] {
            let bytes = try folder.bytes(name)
            #expect(bytes.count == 5512 && bytes[517...].allSatisfy { $0 == 0 })
        }
    }

    @Test func zeroesWhatAnEarlierRunLeftBehindTheState() throws {
        try folder.fill(2)
        for name in ["session.0", "session.1"] {
            let bytes = try folder.bytes(name)
            try folder.put(bytes[..<3000] + Array("an old token".utf8), name)
        }
        let store = try folder.store()
        #expect(store.load().text == "state-2")
        #expect(try store.keep("new", scrub: true) == .saved)
        for name in ["session.0", "session.1"] {
            #expect(try folder.bytes(name)[515...].allSatisfy { $0 == 0 })
        }
    }

    @Test func makesFilesAgainThatWereDeletedUnderIt() throws {
        let store = try folder.store()
        _ = store.load()
        _ = try store.keep([1])
        for name in try folder.names() { try FileManager.default.removeItem(atPath: folder.path(name)) }
        #expect(try store.keep("kept") == .saved)
        #expect(store.load().text == "kept")
        #expect(try folder.mode("session.1") == 0o600)
    }

    /// Moves the folder away under a store with a state.
    private func moveAway() throws -> StateStore {
        let store = try folder.store()
        _ = store.load()
        for text in ["one", "two"] { _ = try store.keep(text) }
        try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + ".moved")
        return store
    }

    @Test(arguments: [true, false])
    func goesOnInTheFolderThatHasThePath(isMade: Bool) throws {
        var store: StateStore? = try moveAway()
        if isMade { try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false) }
        #expect(try store?.keep("three", generation: 3) == .saved)
        #expect(store?.load().text == "three")
        #expect(try folder.names() == ["session.0", "session.1"])
        #expect(throws: StoreError.self, "it is locked") { try folder.store() }
        #expect(try store?.keep("four", generation: 4, scrub: true) == .saved)
        let installation = store?.installationID
        store = nil
        let next = try folder.store()
        #expect(next.load().text == "four" && next.installationID == installation)
        // What was moved away is nobody's any longer.
        let old = try StateStore(folder: folder.path + ".moved", options: .small)
        #expect(old.load().text == "two")
    }

    @Test func savesNothingOverAnotherStateThatHasTakenThePlace() throws {
        let store = try moveAway()
        try folder.fill(1)
        let before = try folder.bytes("session.0")
        let error = #expect(throws: StoreError.self) { try store.keep("three") }
        #expect(error?.reason == .replaced && error?.path == folder.path && error?.isOldStateCertain == true)
        #expect(try folder.bytes("session.0") == before)
        _ = try folder.store()
        try FileManager.default.removeItem(atPath: folder.path)
        try FileManager.default.moveItem(atPath: folder.path + ".moved", toPath: folder.path)
        #expect(try store.keep("three") == .saved, "it is there again")
        #expect(store.load().text == "three")
    }

    @Test func savesNothingInAFolderThatAnotherProcessHas() throws {
        let store = try moveAway()
        let other = try folder.store()
        let error = #expect(throws: StoreError.self) { try store.keep("three") }
        #expect(error?.operation == .lock)
        _ = other.load()
        #expect(try other.keep("theirs") == .saved)
    }

    @Test func cutsAFileThatIsFarTooLarge() throws {
        try folder.fill(1)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("session.1")))
        try file.truncate(atOffset: 1 << 30)
        let store = try folder.store()
        #expect(store.load().text == "state-1")
        #expect(try store.keep("new") == .saved)
        #expect(store.load().text == "new")
        let size = try FileManager.default.attributesOfItem(atPath: folder.path("session.1"))[.size] as? Int
        #expect(size == StoreLimits.maximumImageBytes)
    }
}
