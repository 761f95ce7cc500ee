// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SealedStore
@testable import TestSupport

/// The key of a state is changed while no daemon runs.
@Suite(.timeLimit(.minutes(10))) struct StoreRekeyingTests {
    private static let canary = "canary-of-a-token"
    private static let keys: [UInt8?] = [nil, 1, 2]

    /// What a daemon has that is given that key.
    private static func given(_ number: UInt8?) -> StoreOptions {
        var options = StoreOptions.small
        options.machineID = HexIdentifier(String(repeating: "1", count: 32))
        return options.with(number.map { .sealed(.test($0)) } ?? .keyless(because: "there is none"))
    }

    private static func key(_ number: UInt8?) -> SealingKey? { number.map(SealingKey.test) }

    private func filled(_ number: UInt8?, _ count: Int = 2) throws -> RecordedDisk {
        let disk = RecordedDisk([:], Self.given(number))
        let store = disk.store()
        _ = store.load()
        for state in 0..<count { _ = try store.keep("state \(state) " + Self.canary, generation: 7) }
        return disk
    }

    /// A store as the program opens it, on another machine at that.
    private func opened(_ disk: RecordedDisk, with number: UInt8?) -> StateStore {
        var options = Self.given(number)
        (options.machineID, options.otherMachine) = (nil, .keep)
        return disk.store(options)
    }

    @Test(arguments: product(keys, keys), 1...2)
    func theKeyThatIsGivenOpensTheStateAtEveryInstant(change: (from: UInt8?, to: UInt8?), filled count: Int) throws {
        let disk = try filled(change.from, count)
        let (before, header) = (disk.files, disk.store().load().header)
        let begin = disk.steps.count
        var (atCommit, committed) = (disk.files, begin)
        let outcome = try opened(disk, with: change.from).rekey(to: Self.key(change.to)) {
            (atCommit, committed) = (disk.files, disk.steps.count)
        }
        #expect(outcome == .done && disk.contains(Self.canary) == (change.to == nil))
        #expect(disk.files["session.0"] == disk.files["session.1"])

        let last = "state \(count - 1) " + Self.canary
        func expectOpens(_ files: [String: [UInt8]], _ number: UInt8?) {
            let crashed = RecordedDisk(files, Self.given(number))
            let load = crashed.store().load()
            #expect(load.text == last && load.lockReason == nil)
            // The daemon leaves nothing that another key opens.
            #expect(crashed.store().load().header?.keyID == Self.key(number)?.id.text ?? "none")
            #expect(crashed.contains(Self.canary) == (number == nil) && crashed.files.count == 2)
        }
        CrashReplay(before: before, steps: Array(disk.steps[begin..<committed]), cutsHeaders: false).forEachDisk {
            expectOpens($0, change.from)
        }
        CrashReplay(before: atCommit, steps: Array(disk.steps[committed...]), cutsHeaders: false).forEachDisk {
            expectOpens($0, change.to)
        }

        let found = try #require(RecordedDisk(disk.files, Self.given(change.to)).store().load().header)
        var expected = try #require(header)
        expected.keyID = Self.key(change.to)?.id.text ?? "none"
        expected.revision += change.from != nil && change.to == nil ? 1 : 0
        (expected.scrubs, expected.bodyBytes) = (true, found.bodyBytes)
        #expect(found == expected)
    }

    @Test func eitherKeyOpensTheStateWhereNobodyKnowsWhichOneIsGiven() throws {
        let disk = try filled(1)
        #expect(throws: CancellationError.self) {
            try opened(disk, with: 1).rekey(to: .test(2)) { throw CancellationError() }
        }
        for number in [1, 2] as [UInt8] {
            let either = RecordedDisk(disk.files, Self.given(number))
            #expect(either.store().load().text == "state 1 " + Self.canary)
            #expect(either.store().load().header?.keyID == SealingKey.test(number).id.text)
        }
    }

    @Test func needsNoKeyAgainWhereTheSealingOfAClearStateWasCutOff() throws {
        let disk = try filled(nil)
        #expect(throws: CancellationError.self) {
            try opened(disk, with: nil).rekey(to: .test(2)) { throw CancellationError() }
        }
        #expect(try opened(disk, with: nil).storedKeyID() == nil)
        #expect(try opened(disk, with: nil).rekey(to: .test(1)) {} == .done)
        #expect(try opened(disk, with: nil).storedKeyID() == SealingKey.test(1).id.text)
    }

    @Test(arguments: [nil, 2] as [UInt8?])
    func changesNothingWithoutTheRightKey(number: UInt8?) throws {
        let disk = try filled(1)
        let (files, done) = (disk.files, disk.steps.count)
        let store = opened(disk, with: number)
        #expect(throws: StoreLockReason.self) { try store.rekey(to: .test(3)) { Issue.record("committed") } }
        #expect(disk.files == files && disk.steps.count == done)
        #expect(try store.storedKeyID() == SealingKey.test(1).id.text)
    }

    @Test func changesNothingThatIsDamagedOrNewer() throws {
        let disk = try filled(1)
        disk.files["session.1"] = Array("sessiond-state format=2 revision=9\n".utf8)
        #expect(throws: StoreLockReason.newerFormat(path: "/state/session.1", format: 2)) {
            try opened(disk, with: 1).rekey(to: .test(3)) { Issue.record("committed") }
        }
        for name in ["session.0", "session.1"] { disk.files[name] = Array("garbage".utf8) }
        let files = disk.files
        #expect(throws: StoreError(.read, "/state/session.*", .damaged)) {
            try opened(disk, with: 1).rekey(to: .test(3)) { Issue.record("committed") }
        }
        #expect(disk.files == files)
    }

    @Test func changesTheKeyWhereNothingIsStoredYet() throws {
        let disk = RecordedDisk()
        var isCommitted = false
        #expect(try opened(disk, with: nil).rekey(to: .test(1)) { isCommitted = true } == .nothingStored)
        #expect(isCommitted && disk.files.isEmpty)
        #expect(try opened(disk, with: nil).storedKeyID() == nil)
    }

    @Test func isAsBeforeWhereTheDiskRefusesTheCopy() throws {
        for errorNumber in [EROFS, ENOSPC, EIO] {
            let disk = try filled(1)
            disk.fault = { _ in RecordedDisk.Fault(errorNumber: errorNumber) }
            #expect(throws: StoreError.self) {
                try opened(disk, with: 1).rekey(to: .test(2)) { Issue.record("committed") }
            }
            disk.fault = { _ in nil }
            #expect(disk.store().load().text == "state 1 " + Self.canary)
        }
    }

    @Test func saysThatACopyUnderTheOldKeyIsLeftAndTheDaemonRemovesIt() throws {
        let disk = try filled(1)
        let outcome = try opened(disk, with: 1).rekey(to: .test(2)) {
            disk.fault = { _ in RecordedDisk.Fault(errorNumber: EIO) }
        }
        #expect(outcome == .oldCopyLeft(StoreError(.write, "/state/session.1", .system(errorNumber: EIO))))
        disk.fault = { _ in nil }
        let old = SealingKey.test(1).id.text
        #expect(disk.contains(old))
        #expect(disk.store(Self.given(2)).load().text == "state 1 " + Self.canary)
        #expect(!disk.contains(old))
    }
}
