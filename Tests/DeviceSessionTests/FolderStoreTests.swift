// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux
@testable import TestSupport

/// What the disk does not take is kept elsewhere until it does.
@Suite(.timeLimit(.minutes(10))) struct FolderStoreTests {
    private static let canary = "canary-of-a-token"
    private static let allOptions = [StoreOptions.small, .smallAndSealed]

    /// A disk with a state `stored` that takes nothing more.
    private static func refusingDisk(_ options: StoreOptions = .small) throws -> RecordedDisk {
        let disk = RecordedDisk([:], options)
        let store = disk.store()
        _ = store.load()
        for text in ["older", "stored"] { _ = try store.keep(text, generation: 3) }
        refuse(disk)
        return disk
    }

    private static func refuse(_ disk: RecordedDisk) {
        disk.fault = { step in
            if case .write = step { RecordedDisk.Fault(errorNumber: EROFS) } else { nil }
        }
    }

    private static func store(_ disk: RecordedDisk, _ keeper: MemoryKeeper) throws -> (FolderStore, StoreLoad) {
        let store = FolderStore(keeper: keeper) { disk.store() }
        return (store, try store.load())
    }

    /// What was kept by a process that ended: the texts one after the other, each in place of the last.
    private static func kept(_ disk: RecordedDisk, _ texts: String...) throws -> [[UInt8]] {
        let keeper = MemoryKeeper()
        let (store, _) = try store(disk, keeper)
        for text in texts {
            #expect(throws: StoreFailure.self) { try store.save(Array(text.utf8), generation: 4, scrub: false) }
            #expect(store.hold(Array(text.utf8), generation: 4))
        }
        #expect(keeper.kept.count == 1 && keeper.given.count == texts.count)
        return keeper.kept
    }

    @Test(arguments: allOptions)
    func goesOnWithWhatWasKept(options: StoreOptions) throws {
        let disk = try Self.refusingDisk(options)
        let images = try Self.kept(disk, "signed out", "and refreshed " + Self.canary)
        let isClear = RecordedDisk(["image": images[0]]).contains(Self.canary)
        #expect(isClear == (options == .small))
        let keeper = MemoryKeeper(images)
        let (store, load) = try Self.store(disk, keeper)
        #expect(load.heldText == "and refreshed " + Self.canary && load.outcome.description.contains("not on the disk"))
        #expect(keeper.kept == images, "until the disk has it")

        disk.fault = { _ in nil }
        #expect(try store.save(Array("and stored".utf8), generation: 4, scrub: false) == nil)
        #expect(keeper.kept.isEmpty && !disk.contains("older") && !disk.contains("stored-"))
        let (_, last) = try Self.store(disk, MemoryKeeper())
        #expect(last.text == "and stored" && last.header?.generation == 4)
    }

    @Test func releasesWhatTheDiskHasByNow() throws {
        let disk = try Self.refusingDisk()
        let images = try Self.kept(disk, "signed out")
        disk.fault = { _ in nil }
        // Killed after it was stored, and before it was released.
        _ = try Self.store(disk, MemoryKeeper(images)).0.save(Array("stored later".utf8), generation: 4, scrub: true)
        let keeper = MemoryKeeper(images)
        #expect(try Self.store(disk, keeper).1.text == "stored later" && keeper.kept.isEmpty)
    }

    @Test func takesTheNewerOfTwo() throws {
        let disk = try Self.refusingDisk()
        let older = try Self.kept(disk, "one")
        let keeper = MemoryKeeper(older)
        let (store, _) = try Self.store(disk, keeper)
        #expect(store.hold(Array("two".utf8), generation: 5))
        for images in [older + keeper.kept, keeper.kept + older] {
            let both = MemoryKeeper(images)
            #expect(try Self.store(disk, both).1.heldText == "two" && both.kept == keeper.kept)
        }
    }

    @Test func ignoresWhatIsNoStateOfThisInstallation() throws {
        let disk = try Self.refusingDisk(.smallAndSealed)
        let image = try Self.kept(disk, "signed out")[0]
        var flipped = image
        flipped[600 % image.count] ^= 1
        let other = try Self.refusingDisk(.smallAndSealed)
        let ofAnother = try Self.kept(other, "of another", "of another")[0]
        let clear = try Self.kept(try Self.refusingDisk(), "clear", "clear")[0]
        let underAnotherKey = try Self.kept(try Self.refusingDisk(.small.with(.sealed(.test(2)))), "of another key")[0]
        for bad in [flipped, Array(image.dropLast()), [], Array("garbage".utf8), ofAnother, clear, underAnotherKey] {
            let keeper = MemoryKeeper([bad])
            #expect(try Self.store(disk, keeper).1.text == "stored" && keeper.kept.isEmpty)
        }
        let keeper = MemoryKeeper([ofAnother, image])
        #expect(try Self.store(disk, keeper).1.heldText == "signed out" && keeper.kept == [image])
    }

    @Test func ignoresWhatIsOfAnotherMachine() throws {
        var options = StoreOptions.small
        options.machineID = HexIdentifier(String(repeating: "1", count: 32))
        let first = RecordedDisk([:], options)
        Self.refuse(first)
        let images = try Self.kept(first, "of the first")
        options.machineID = HexIdentifier(String(repeating: "2", count: 32))
        let keeper = MemoryKeeper(images)
        #expect(try Self.store(RecordedDisk([:], options), keeper).1.outcome == .absent && keeper.kept.isEmpty)
    }

    @Test func goesOnWithItWhereTheDiskHasNothingIntact() throws {
        let disk = RecordedDisk()
        Self.refuse(disk)
        let images = try Self.kept(disk, "never stored")
        #expect(try Self.store(disk, MemoryKeeper(images)).1.heldText == "never stored")
        for name in ["session.0", "session.1"] { disk.files[name] = Array("garbage".utf8) }
        let load = try Self.store(disk, MemoryKeeper(images)).1
        #expect(load.heldText == "never stored")
        #expect(load.warnings.contains { $0.hasPrefix("damaged state, set aside as") })
        #expect(disk.files["session.0.damaged"] == Array("garbage".utf8))
    }

    @Test func leavesItWhereItIsWhileTheFolderIsLocked() throws {
        let disk = try Self.refusingDisk(.smallAndSealed)
        let images = try Self.kept(disk, "signed out")
        let keeper = MemoryKeeper(images)
        let store = FolderStore(keeper: keeper) { disk.store(.small.with(.keyless(because: "it is gone"))) }
        #expect(try store.load().lockReason != nil && keeper.kept == images)
        #expect(!store.hold([1], generation: 9) && keeper.kept == images)
        try store.discardUnreadable()
        #expect(keeper.kept.isEmpty)
    }

    @Test func isNewerThanWhatTheDiskMayHaveKeptOfWhatItRefused() throws {
        let disk = try Self.refusingDisk()
        let keeper = MemoryKeeper()
        let (store, _) = try Self.store(disk, keeper)
        #expect(store.hold(Array("signed out".utf8), generation: 4))
        // Written, but neither synchronised nor taken back.
        disk.fault = { step in
            switch step {
            case .write(let bytes, _, _) where bytes.allSatisfy { $0 == 0 }: RecordedDisk.Fault(errorNumber: EIO)
            case .synchronise: RecordedDisk.Fault(errorNumber: EIO)
            default: nil
            }
        }
        #expect(throws: StoreFailure.self) { try store.save(Array("refused".utf8), generation: 4, scrub: false) }
        #expect(disk.contains("refused") && keeper.given.count == 2)
        #expect(try Self.store(disk, MemoryKeeper(keeper.kept)).1.heldText == "signed out")
    }

    @Test func aFolderThatCannotBeOpenedTakesNothingAndIsOpenedAgain() throws {
        let disk = RecordedDisk()
        let keeper = MemoryKeeper()
        var failure: StoreError? = StoreError(.open, "/state", .system(errorNumber: EACCES))
        let store = FolderStore(keeper: keeper) { () throws(StoreError) in
            if let failure { throw failure }
            return disk.store()
        }
        #expect(throws: StoreError.self) { try store.load() }
        #expect(throws: StoreFailure.self) { try store.save([1], generation: 1, scrub: false) }
        #expect(throws: StoreFailure.self) { try store.discardUnreadable() }
        #expect(!store.hold([1], generation: 1) && !store.isSealed && disk.files.isEmpty)
        failure = nil
        #expect(try store.load().outcome == .absent)
        #expect(try store.save([1], generation: 1, scrub: false) == nil)
    }

    @Test func saysWhereNobodyKeepsIt() throws {
        let disk = try Self.refusingDisk()
        let keeper = MemoryKeeper()
        keeper.keeps = false
        let (store, _) = try Self.store(disk, keeper)
        #expect(!store.hold(Array("signed out".utf8), generation: 4))
        disk.fault = { _ in nil }
        #expect(try store.save(Array("next".utf8), generation: 4, scrub: false) == nil)
    }
}

extension StoreLoad {
    /// The payload as text, where it was one that was held.
    fileprivate var heldText: String? {
        if case .held(_, let payload, _) = outcome { String(decoding: payload, as: UTF8.self) } else { nil }
    }
}
