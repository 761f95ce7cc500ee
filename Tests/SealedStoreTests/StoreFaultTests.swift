// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SealedStore
@testable import TestSupport

/// What the disk refuses.
@Suite(.timeLimit(.minutes(10))) struct StoreFaultTests {
    private let disk = RecordedDisk()

    /// A store with as many states as wanted, `state-1` and so on.
    private func filledStore(_ count: Int) throws -> StateStore {
        let store = disk.store()
        _ = store.load()
        for number in 0..<count { _ = try store.keep("state-\(number + 1)") }
        return store
    }

    private static func isWrite(_ step: RecordedDisk.Step) -> Bool {
        if case .write = step { true } else { false }
    }

    @Test(arguments: [EIO, ENOSPC, EDQUOT, EROFS, EFBIG], [0, 1, 512, 600, 4096])
    func findsTheOldStateAfterAWriteFailed(errorNumber: Int32, writtenBytes: Int) throws {
        for filled in 0...2 {
            let store = try filledStore(filled)
            var isBroken = true
            disk.fault = { step in
                guard isBroken, Self.isWrite(step) else { return nil }
                isBroken = false
                return RecordedDisk.Fault(errorNumber: errorNumber, writtenBytes: writtenBytes)
            }
            let error = try #require(throws: StoreError.self) { try store.keep("lost") }
            #expect(error.operation == .write && error.reason == .system(errorNumber: errorNumber))
            #expect(error.path.hasPrefix("/state/session.") && error.isOldStateCertain)
            #expect(disk.store().load().text == (filled == 0 ? nil : "state-\(filled)"))
            #expect(!disk.contains("lost"))
            #expect(try store.keep("again") == .saved)
            #expect(disk.store().load().text == "again")
            disk.files = [:]
        }
    }

    @Test(arguments: 0...2)
    func findsTheOldStateAfterSynchronisingFailed(filled: Int) throws {
        let store = try filledStore(filled)
        disk.fault = { $0 == .synchronise("session.\(filled % 2)") ? RecordedDisk.Fault(errorNumber: EIO) : nil }
        let error = try #require(throws: StoreError.self) { try store.keep("lost") }
        #expect(error.operation == .synchronise && error.errorNumber == EIO)
        // What was taken back could not be synchronised either.
        #expect(!error.isOldStateCertain)
        #expect(disk.store().load().text == (filled == 0 ? nil : "state-\(filled)"))
    }

    @Test func writesEverythingAgainAfterSynchronisingFailed() throws {
        let store = try filledStore(2)
        disk.fault = { $0 == .synchronise("session.0") ? RecordedDisk.Fault(errorNumber: EIO) : nil }
        #expect(throws: StoreError.self) { try store.keep("a much longer state than the next") }
        disk.fault = { _ in nil }
        // The kernel has dropped the pages: the disk has what it had before.
        disk.files["session.0"] = Array(repeating: 0x55, count: 300) + Array(repeating: 0, count: 3796)
        #expect(try store.keep("short") == .saved)
        #expect(disk.store().load().text == "short" && !disk.contains("UUUU"))
    }

    @Test func saysThatNothingWasWrittenOnAReadOnlyDisk() throws {
        let store = try filledStore(2)
        disk.fault = { Self.isWrite($0) ? RecordedDisk.Fault(errorNumber: EROFS) : nil }
        let error = try #require(throws: StoreError.self) { try store.keep("lost") }
        #expect(error.isOldStateCertain)
        #expect(
            error.description == "cannot write /state/session.0: Read-only file system "
                + "(mount its file system for writing, then restart: a service keeps the mounts that it began with)")
    }

    @Test func scrubsWithTheNextSaveWhatCouldNotBeScrubbed() throws {
        let store = try filledStore(2)
        disk.fault = { step in
            if case .write(_, "session.1", _) = step { RecordedDisk.Fault(errorNumber: EIO) } else { nil }
        }
        let outcome = try store.keep("cleared", scrub: true)
        #expect(outcome == .savedNotScrubbed(StoreError(.write, "/state/session.1", .system(errorNumber: EIO))))
        #expect(disk.contains("state-2"))
        disk.fault = { _ in nil }
        #expect(try store.keep("next") == .saved)
        #expect(!disk.contains("state-2"))
        #expect(disk.store().load().text == "next")
    }

    @Test func isContentWithAnEmptiedFileWhereTheCopyFailed() throws {
        let store = try filledStore(2)
        var failures = 1
        disk.fault = { step in
            guard step == .synchronise("session.1"), failures > 0 else { return nil }
            failures -= 1
            return RecordedDisk.Fault(errorNumber: EIO)
        }
        #expect(try store.keep("cleared", scrub: true) == .saved)
        #expect(!disk.contains("state-2"))
        #expect(disk.store().load().text == "cleared")
    }

    @Test func finishesAtTheNextStartAScrubThatFailed() throws {
        let store = try filledStore(2)
        disk.fault = { step in
            if case .write(_, "session.1", _) = step { RecordedDisk.Fault(errorNumber: ENOSPC) } else { nil }
        }
        _ = try store.keep("cleared", scrub: true)
        let load = disk.store().load()
        #expect(load.text == "cleared" && load.warnings.count == 1)
        #expect(load.warnings.first?.contains("what was cleared may still be in the folder") == true)
        disk.fault = { _ in nil }
        #expect(disk.store().load().warnings == [])
        #expect(!disk.contains("state-2"))
    }

    @Test func scrubsBothFilesWithTheNextSaveWhereTheStartCouldNot() throws {
        let store = try filledStore(2)
        _ = try store.keep("cleared", scrub: true)
        // What a crash leaves that came before the rest of the older states was overwritten.
        for name in ["session.0", "session.1"] {
            RecordedDisk.apply(.write(Array("old token".utf8), name: name, offset: 2048), to: &disk.files)
        }
        disk.fault = { Self.isWrite($0) ? RecordedDisk.Fault(errorNumber: EIO) : nil }
        let restarted = disk.store()
        #expect(restarted.load().warnings.count == 1)
        disk.fault = { _ in nil }
        #expect(try restarted.keep("next") == .saved)
        #expect(!disk.contains("old token"))
    }

    @Test func preallocatesAgainWhatMayNotBeOnTheDisk() throws {
        disk.fault = { $0 == .synchronise("session.0") ? RecordedDisk.Fault(errorNumber: EIO) : nil }
        #expect(disk.store().load().warnings.count == 1)
        #expect(disk.files["session.0"] == [])
        disk.fault = { _ in nil }
        #expect(disk.store().load().warnings == [])
        #expect(disk.files["session.0"]?.count == 4096)
    }

    @Test func synchronisesWhatItLoads() throws {
        _ = try filledStore(2)
        let done = disk.steps.count
        #expect(disk.store().load().text == "state-2")
        #expect(Array(disk.steps[done...]) == [.synchronise("session.0"), .synchronise("session.1")])
        disk.fault = { _ in RecordedDisk.Fault(errorNumber: EIO) }
        let load = disk.store().load()
        #expect(load.text == "state-2")
        #expect(
            load.warnings.map { $0.hasPrefix("a power failure may bring back an older state: cannot sync") } == [true])
    }

    @Test func savesWithinWhatIsPreallocatedOnAFullDisk() throws {
        let store = try filledStore(1)
        disk.fault = { [disk] step in
            guard case .write(let bytes, let name, let offset) = step else { return nil }
            return offset + bytes.count > disk.files[name]?.count ?? 0 ? RecordedDisk.Fault(errorNumber: ENOSPC) : nil
        }
        for number in 1...4 {
            let text = String(repeating: "\(number)", count: 4096 - StoreLimits.headerBytes)
            #expect(try store.keep(text, scrub: number == 3) == .saved)
            #expect(disk.store().load().text == text)
        }
        let error = try #require(throws: StoreError.self) { try store.keep(String(repeating: "x", count: 4096)) }
        #expect(error.errorNumber == ENOSPC && error.isOldStateCertain)
    }

    @Test func savesUnallocatedWhereTheDiskHasLittleRoom() throws {
        var room = 3000
        disk.fault = { [disk] step in
            guard case .write(let bytes, let name, let offset) = step else { return nil }
            let growth = max(0, offset + bytes.count - (disk.files[name]?.count ?? 0))
            if growth > room { return RecordedDisk.Fault(errorNumber: ENOSPC) }
            room -= growth
            return nil
        }
        let store = disk.store()
        let load = store.load()
        #expect(load.outcome == .absent)
        #expect(
            load.warnings.first?.hasPrefix("a full disk may stop later saves: cannot write /state/session.0") == true)
        for text in ["first", "second", "third"] { #expect(try store.keep(text) == .saved) }
        #expect(disk.store().load().text == "third")

        room = 100_000
        #expect(try store.keep("fourth") == .saved)
        #expect(disk.files.values.map(\.count) == [4096, 4096])
    }

    @Test(arguments: [EACCES, EIO, EMFILE])
    func isLockedWhereAFileCannotBeRead(errorNumber: Int32) throws {
        for name in ["session.0", "session.1"] {
            _ = try filledStore(3)
            let before = disk.files
            disk.readFaults = [name: errorNumber]
            let store = disk.store()
            let unreadable = StoreError(.read, "/state/\(name)", .system(errorNumber: errorNumber))
            #expect(store.load().lockReason == .unreadable(unreadable))
            #expect(unreadable.hint.hasSuffix("; then: sessionctl reload") == (errorNumber == EACCES))
            #expect(throws: StoreError(.save, "/state/session.*", .locked)) { try store.keep("lost") }
            #expect(disk.files == before)
            disk.readFaults = [:]
            #expect(store.load().text == "state-3")
            disk.files = [:]
        }
    }

    @Test func isLockedWhereADamagedFileCannotBeSetAside() throws {
        disk.files["session.0"] = Array("garbage".utf8)
        disk.fault = { _ in RecordedDisk.Fault(errorNumber: EROFS) }
        let store = disk.store()
        let error = StoreError(.rename, "/state/session.0", .system(errorNumber: EROFS))
        #expect(store.load().lockReason == .notSetAside(error))
        #expect(throws: error) { try store.discard() }
        #expect(disk.files == ["session.0": Array("garbage".utf8)])
    }

    @Test func refusesWhatIsTooLargeAndWhatComesBeforeLoading() throws {
        let store = disk.store()
        #expect(throws: StoreError(.save, "/state/session.*", .notLoaded)) { try store.keep("early") }
        _ = store.load()
        let large = [UInt8](repeating: 1, count: StoreLimits.maximumPayloadBytes + 1)
        #expect(throws: StoreError(.save, "/state/session.*", .payloadTooLarge(bytes: large.count))) {
            try store.keep(large)
        }
        #expect(try store.keep(large.dropLast(), scrub: true) == .saved)
        #expect(disk.store().load().header?.bodyBytes == StoreLimits.maximumPayloadBytes)
        #expect(try store.keep("small") == .saved)
        #expect(disk.store().load().text == "small")
    }
}
