// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SealedStore
@testable import TestSupport

/// A crash at any instant of a save leaves the old state or the new one.
@Suite(.timeLimit(.minutes(10))) struct StoreCrashTests {
    private static let canary = "canary-of-a-token"

    /// Several sectors, all different, the canary in the last of them.
    private static func payload(_ number: Int) -> String {
        (0..<(100 + 20 * number)).map { "state \(number) line \($0);" }.joined() + canary
    }

    /// Shorter, so that more must be zeroed than is written, and without the canary.
    private static let cleared = (0..<40).map { "cleared \($0);" }.joined()

    private struct Recording {
        var old: String?
        var replay: CrashReplay
    }

    private static let sealings = [StoreOptions.small, .smallAndSealed]

    private static func record(
        filled: Int, scrub: Bool, _ options: StoreOptions = .small
    ) throws -> Recording {
        let disk = RecordedDisk([:], options)
        let store = disk.store()
        #expect(store.load().outcome == .absent)
        for number in 0..<filled { _ = try store.keep(payload(number)) }
        let (before, done) = (disk.files, disk.steps.count)
        #expect(try store.keep(Array(cleared.utf8), generation: 2, scrub: scrub) == .saved)
        let replay = CrashReplay(before: before, steps: Array(disk.steps[done...]))
        return Recording(old: filled == 0 ? nil : payload(filled - 1), replay: replay)
    }

    @Test(arguments: product(0...2, [false, true]), sealings)
    func findsTheOldOrTheNewStateAfterACrash(save: (filled: Int, scrub: Bool), options: StoreOptions) throws {
        let scrub = save.scrub
        let recording = try Self.record(filled: save.filled, scrub: scrub, options)
        var found: Set<String?> = []
        try recording.replay.forEachDisk { files in
            let disk = RecordedDisk(files, options)
            let store = disk.store()
            let load = store.load()
            guard [recording.old, Self.cleared].contains(load.text), load.lockReason == nil, disk.names == disk.slots
            else {
                Issue.record("neither old nor new: \(load.outcome), \(disk.names)")
                return
            }
            found.insert(load.text)
            #expect(!(scrub && load.text == Self.cleared && disk.contains(Self.canary)), "a cleared token came back")

            let outcome = try store.keep("next", generation: 3, scrub: true)
            #expect(outcome == .saved)
            #expect(disk.store().load().text == "next")
            #expect(!disk.contains(Self.canary) && !disk.contains("cleared"))
        }
        #expect(found == [recording.old, Self.cleared])
    }

    @Test(arguments: 1...2)
    func keepsNothingThatWasClearedOnceAScrubHasReturned(filled: Int) throws {
        let recording = try Self.record(filled: filled, scrub: true)
        #expect(RecordedDisk(recording.replay.before).contains(Self.canary))
        let disk = RecordedDisk(recording.replay.before)
        for step in recording.replay.steps { RecordedDisk.apply(step, to: &disk.files) }
        #expect(!disk.contains(Self.canary))
        #expect(disk.files["session.0"] == disk.files["session.1"])
    }

    @Test func findsTheNewStateAfterACrashWhileAScrubIsMadeUpFor() throws {
        var recording = try Self.record(filled: 2, scrub: true)
        recording.replay.cutsHeaders = false
        recording.replay.forEachDisk { files in
            let disk = RecordedDisk(files)
            guard disk.store().load().text == Self.cleared else { return }
            CrashReplay(before: files, steps: disk.steps, cutsHeaders: false).forEachDisk { files in
                let again = RecordedDisk(files)
                let load = again.store().load()
                #expect(load.text == Self.cleared && !again.contains(Self.canary))
            }
        }
    }

    @Test(arguments: sealings)
    func findsTheFirstStateOrNoneAfterACrashOnAnEmptyDisk(options: StoreOptions) throws {
        let disk = RecordedDisk([:], options)
        let store = disk.store()
        _ = store.load()
        _ = try store.keep(Self.cleared)
        CrashReplay(before: [:], steps: disk.steps).forEachDisk { files in
            let load = RecordedDisk(files, options).store().load()
            #expect(load.outcome == .absent || load.text == Self.cleared)
        }
    }

    @Test(arguments: 1...2, [false, true])
    func losesNothingInACrashWhileWhatWasClearIsSealedOrTheOtherWayRound(filled: Int, seals: Bool) throws {
        let clear = StoreOptions.small.with(.clear(opening: .test(1)))
        let (from, to) = seals ? (clear, StoreOptions.smallAndSealed) : (.smallAndSealed, clear)
        let disk = RecordedDisk([:], from)
        let store = disk.store()
        _ = store.load()
        for number in 0..<filled { _ = try store.keep(Self.payload(number)) }
        let (before, done) = (disk.files, disk.steps.count)
        #expect(disk.store(to).load().text == Self.payload(filled - 1))
        #expect(disk.contains(Self.canary) != seals)
        let replay = CrashReplay(before: before, steps: Array(disk.steps[done...]))
        replay.forEachDisk { files in
            let again = RecordedDisk(files, to)
            let load = again.store().load()
            #expect(load.text == Self.payload(filled - 1))
            #expect(again.contains(Self.canary) != seals && again.store().load().header?.isSealed == seals)
        }
    }

    @Test func findsOnlyLockedOrNewAfterACrashWhileAStateIsDiscarded() throws {
        let disk = RecordedDisk()
        let store = disk.store()
        _ = store.load()
        for text in ["old", "newer"] { _ = try store.keep(text) }
        let newer = Array("sessiond-state format=2 revision=9\n".utf8)
        RecordedDisk.apply(.write(newer, name: "session.1", offset: 0), to: &disk.files)
        let (before, done) = (disk.files, disk.steps.count)
        let locked = disk.store()
        #expect(locked.load().lockReason == .newerFormat(path: "/state/session.1", format: 2))
        #expect(try locked.discard() == ["/state/session.0.damaged", "/state/session.1.damaged"])
        CrashReplay(before: before, steps: Array(disk.steps[done...])).forEachDisk { files in
            let load = RecordedDisk(files).store().load()
            #expect(load.outcome == .absent || load.lockReason != nil)
        }
    }

    @Test func synchronisesEveryWriteBeforeItReturns() throws {
        let disk = RecordedDisk()
        let store = disk.store()
        _ = store.load()
        for scrub in [false, true] {
            let done = disk.steps.count
            _ = try store.keep("state", generation: 1, scrub: scrub)
            var unsynchronised: Set<String> = []
            for step in disk.steps[done...] {
                if case .write(_, let name, _) = step { unsynchronised.insert(name) }
                if case .synchronise(let name) = step { unsynchronised.remove(name) }
            }
            #expect(disk.steps.count > done && unsynchronised.isEmpty)
        }
    }
}

extension RecordedDisk {
    fileprivate var names: [String] { files.keys.sorted() }
    fileprivate var slots: [String] { ["session.0", "session.1"] }
}
