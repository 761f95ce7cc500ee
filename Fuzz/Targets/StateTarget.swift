// SPDX-License-Identifier: Apache-2.0

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux

/// The two files of the state: as they are, and with lengths and checksums put right, which no chance would hit.
enum StateTarget {
    static func run(_ input: [UInt8]) {
        let parts = Array(input.parts.prefix(2))
        load(parts)
        load(parts.map { StateImage($0).bytes })
        for part in parts { RecordCheck.run(StateImage(part).payload) }
    }

    /// Loads, saves and loads again.
    private static func load(_ contents: [[UInt8]]) {
        let disk = RecordedDisk(
            Dictionary(uniqueKeysWithValues: zip(["session.0", "session.1"], contents)), .ofThisMachine)
        let before = disk.files
        let readings = contents.map { StoreReading($0) }
        let store = disk.store()
        let outcome = store.load().outcome
        check(outcome, readings, before, disk)
        if case .loaded(let payload, let header) = outcome {
            let again = disk.store().load().outcome
            require(again == .loaded(payload: payload, header: header), "the second load finds something else")
        }
        save(store, outcome, disk)
        if case .locked = outcome { discard(store, disk) }
    }

    /// Nothing that is intact is lost, and what is locked is left alone.
    private static func check(
        _ outcome: StoreLoad.Outcome, _ readings: [StoreReading], _ before: [String: [UInt8]], _ disk: RecordedDisk
    ) {
        switch outcome {
        case .locked: require(disk.files == before && disk.steps.isEmpty, "a locked store was written")
        case .loaded(_, let header):
            let revisions = readings.compactMap(\.image?.header.revision)
            require(header.revision == revisions.max(), "not the highest revision")
        case .held: fail("nobody has kept anything")
        case .absent: require(readings.allSatisfy { $0 == .blank }, "something was taken for nothing")
        case .damaged:
            require(readings.allSatisfy { $0 == .blank || $0 == .damaged }, "an intact state was taken for damaged")
            for (name, content) in before where StoreReading(content) == .damaged {
                require(disk.files["\(name).damaged"] == content, "what was damaged is not there any more")
            }
        case .otherMachine(_, let header):
            require(header.machineID != StoreOptions.ofThisMachine.machineID, "it is this machine's")
        }
    }

    /// What is locked can be given up; then it is out of the way, and no part of it is gone.
    private static func discard(_ store: StateStore, _ disk: RecordedDisk) {
        let before = disk.files
        do throws(StoreError) { _ = try store.discard() } catch { fail("not discarded: \(error)") }
        for (name, content) in before where StoreReading(content) != .blank {
            require(disk.files["\(name).damaged"] == content, "what was discarded is not there any more")
        }
        save(store, .absent, disk)
    }

    private static func save(_ store: StateStore, _ outcome: StoreLoad.Outcome, _ disk: RecordedDisk) {
        let payload = Array("{}".utf8)
        do throws(StoreError) {
            let saved: StoreSave = try store.save(payload, generation: 1, scrub: true)
            require(saved == .saved, "not scrubbed: \(saved)")
        } catch {
            guard case .locked = outcome else { fail("not saved: \(error)") }
            return
        }
        guard case .loaded(payload, let header) = disk.store().load().outcome else { fail("not found again") }
        guard case .loaded(_, let old) = outcome else { return }
        require(header.revision > old.revision, "a revision that is not higher")
    }
}

extension StoreOptions {
    /// Of a machine with an id; the files are small, which are quickly made.
    static let ofThisMachine = StoreOptions(
        machineID: HexIdentifier("0123456789abcdef0123456789abcdef"), preallocatedBytes: 1024)
}
