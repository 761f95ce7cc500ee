// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import SealedStore
@testable import SessiondPrimitives
@testable import TestSupport

/// States that are sealed, and what becomes of them where the key is not what it was.
@Suite(.timeLimit(.minutes(10))) struct StoreSealingTests {
    private static let canary = "canary-of-a-token"
    private let key = SealingKey.test(1)
    private let one = HexIdentifier(String(repeating: "1", count: 32))
    private let two = HexIdentifier(String(repeating: "2", count: 32))

    private func filled(_ options: StoreOptions, _ texts: String...) throws -> RecordedDisk {
        let disk = RecordedDisk([:], options)
        let store = disk.store()
        _ = store.load()
        for text in texts { _ = try store.keep(text) }
        return disk
    }

    @Test func readsWhatItHasSealedAndNobodyElseDoes() throws {
        let disk = try filled(.smallAndSealed, "first " + Self.canary, "second " + Self.canary)
        #expect(!disk.contains(Self.canary) && disk.contains("key=\(key.id) "))
        let store = disk.store()
        let load = store.load()
        #expect(load.text == "second " + Self.canary && load.warnings == [])
        #expect(load.header?.keyID == key.id.text && store.isSealed)
    }

    @Test func takesAnotherNonceForEverySave() throws {
        let disk = try filled(.smallAndSealed, "the same", "the same")
        let bodies = ["session.0", "session.1"].map { Array(disk.files[$0]?[512...] ?? []) }
        #expect(bodies[0] != bodies[1] && bodies[0].prefix(12) != bodies[1].prefix(12))
    }

    @Test func namesAKeyByWhatTellsNothingOfIt() {
        #expect(SealingKey.test(1) == key && SealingKey.test(2) != key)
        // HKDF-SHA256 of 32 bytes 0x01 without salt, "sessiond state key id", 16 bytes; by another implementation.
        #expect(key.id.text == "72b7099e2c02df1d72b86a9b1b89f487")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains(String(repeating: "01", count: 4)) && dumped.contains("[redacted]"))
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func takesNoKeyOfAnotherLength(count: Int) {
        #expect(SealingKey(.random(count: count)) == nil)
    }

    @Test func noticesEveryChangeEvenWhereTheChecksumWasMadeRight() throws {
        let disk = try filled(.smallAndSealed, Self.canary)
        let image = try #require(StoreReading(disk.files["session.0"] ?? [], key: key).image)
        #expect(image.payload == Array(Self.canary.utf8))
        let changes = [
            ("revision=1 ", "revision=9 "), ("generation=1 ", "generation=2 "), ("scrub=no", "scrub=on"),
            ("installation=\(image.header.installationID)", "installation=\(String(repeating: "a", count: 32))"),
            ("sessiond-state format=1", "sessiond-state format=1 new=1"),
        ]
        for (old, new) in changes {
            let forged = try Self.withRightChecksum(image.bytes) { $0.replacing(old, with: new, maxReplacements: 1) }
            #expect(StoreReading(forged) != .damaged && StoreReading(forged, key: key) == .forged, "\(new)")
        }
        for index in 512..<image.bytes.count {
            var bytes = image.bytes
            bytes[index] ^= 1
            let forged = try Self.withRightChecksum(bytes) { $0 }
            #expect(StoreReading(forged) != .damaged && StoreReading(forged, key: key) == .forged, "byte \(index)")
        }
        // Of another key's nobody can tell.
        #expect(StoreReading(image.bytes, key: .test(2)).image?.payload == nil)
    }

    @Test func goesOnWithTheOlderStateWhereTheSealOfTheNewerIsWrong() throws {
        let disk = try filled(.smallAndSealed, "state-1", "state-2")
        for (name, expected) in [("session.1", "state-1"), ("session.0", nil)] {
            var bytes = try #require(StoreReading(disk.files[name] ?? []).image).bytes
            bytes[520] ^= 1
            RecordedDisk.apply(
                .write(try Self.withRightChecksum(bytes) { $0 }, name: name, offset: 0), to: &disk.files)
            #expect(disk.store().load().text == expected)
        }
        #expect(disk.files.keys.sorted().prefix(2) == ["session.0", "session.0.damaged"])
    }

    @Test(arguments: [0, 1])
    func setsAForgedStateAsideAndSaysSoBesideOneThatCounts(index: Int) throws {
        let disk = try filled(.smallAndSealed, "state-1", "state-2")
        let name = "session.\(index)"
        var bytes = try #require(StoreReading(disk.files[name] ?? []).image).bytes
        bytes[520] ^= 1
        let forged = try Self.withRightChecksum(bytes) { $0 }
        RecordedDisk.apply(.write(forged, name: name, offset: 0), to: &disk.files)
        let store = disk.store()
        let load = store.load()
        #expect(load.text == "state-\(2 - index)" && load.warnings == [])
        #expect(load.forged.map { $0.split(separator: "/").last } == ["\(name).damaged"])
        #expect(disk.files["\(name).damaged"]?.starts(with: forged) == true)
        #expect(try store.keep("state-3") == .saved)
        let next = disk.store().load()
        #expect(next.text == "state-3" && next.forged == [])
    }

    // A crash leaves such a one behind, and nobody is to be alarmed by that.
    @Test func saysNothingOfAStateThatIsOnlyCutOff() throws {
        let disk = try filled(.smallAndSealed, "state-1", "state-2")
        disk.files["session.1"]?[520] ^= 1
        let load = disk.store().load()
        #expect(load.text == "state-1" && load.forged == [])
    }

    @Test func sealsWhatWasClear() throws {
        let disk = try filled(.small, "old " + Self.canary, Self.canary)
        let before = disk.store().load()
        let sealing = disk.store(.smallAndSealed)
        let load = sealing.load()
        // What is reported is what was found.
        #expect(load == before && sealing.isSealed && !disk.contains(Self.canary))
        #expect(disk.files["session.0"] == disk.files["session.1"])
        let after = disk.store(.smallAndSealed).load()
        #expect(after.text == Self.canary && after.header?.revision == 3)
        #expect(after.header?.installationID == load.header?.installationID && after.header?.generation == 1)
    }

    @Test func opensWhatWasSealedWhereNothingShallBeSealed() throws {
        let disk = try filled(.smallAndSealed, "old", Self.canary)
        let store = disk.store(.small.with(.clear(opening: key)))
        #expect(store.load().text == Self.canary && !store.isSealed)
        #expect(disk.store(.small).load().text == Self.canary)
        #expect(!disk.contains("key=\(key.id)"))
    }

    @Test(arguments: [EROFS, ENOSPC, EIO])
    func sealsWithTheNextSaveWhereTheDiskRefusesAtTheStart(errorNumber: Int32) throws {
        let disk = try filled(.small, "old " + Self.canary, Self.canary)
        disk.fault = { step in
            if case .write = step { RecordedDisk.Fault(errorNumber: errorNumber) } else { nil }
        }
        let store = disk.store(.smallAndSealed)
        let load = store.load()
        #expect(load.text == Self.canary && !store.isSealed)
        #expect(load.warnings.count == 1 && load.warnings[0].hasPrefix("the state stays as it is until the next save"))
        disk.fault = { _ in nil }
        #expect(try store.keep("next") == .saved)
        #expect(store.isSealed && !disk.contains(Self.canary))
        #expect(disk.store(.smallAndSealed).load().text == "next")
    }

    @Test(arguments: ["absent", "clear", "sealed", "damaged"])
    func storesNothingWithoutTheKeyThatItHasToHave(found: String) throws {
        let disk =
            found == "absent" ? RecordedDisk() : try filled(found == "sealed" ? .smallAndSealed : .small, "state")
        if found == "damaged" { disk.files["session.0"] = Array("garbage".utf8) }
        let (files, done) = (disk.files, disk.steps.count)
        let store = disk.store(.small.with(.refused(because: "there is none")))
        let reason = try #require(store.load().lockReason)
        #expect(reason == .keyRequired(because: "there is none"))
        #expect("\(reason)" == "[Store] Seal=required, and there is none (\(reason.hint))")
        #expect(throws: StoreError(.save, "/state/session.*", .locked)) { try store.keep("lost") }
        let refusal = StoreError(.save, "/state/session.*", .keyRequired(because: "there is none"))
        #expect(throws: refusal) { try store.discard() }
        #expect(disk.files == files && disk.steps.count == done)
    }

    /// The usual clone has the files of the first machine, and its key, another one, or none.
    @Test(arguments: [nil, 1, 2] as [UInt8?])
    func beginsAnewOnAnotherMachineWhateverKeyItHas(number: UInt8?) throws {
        var first = StoreOptions.smallAndSealed
        first.machineID = one
        let disk = try filled(first, Self.canary, Self.canary)
        let (files, header) = (disk.files, disk.store().load().header)
        let sealing: StoreSealing = number.map { .sealed(.test($0)) } ?? .keyless(because: "it is gone")
        var clone = StoreOptions.small.with(sealing)
        clone.machineID = two
        let store = disk.store(clone)
        let paths = ["/state/session.0.damaged", "/state/session.1.damaged"]
        #expect(store.load().outcome == .otherMachine(setAside: paths, header: try #require(header)))
        // As they were: still sealed.
        for name in ["session.0", "session.1"] { #expect(disk.files[name + ".damaged"] == files[name]) }
        #expect(try store.keep("new") == .saved && store.installationID != header?.installationID)
        #expect(store.isSealed == (number != nil) && disk.store(clone).load().text == "new")
    }

    @Test func isLockedOnAnotherMachineThatShallKeepTheStateButHasNoKeyForIt() throws {
        var options = StoreOptions.smallAndSealed
        options.machineID = one
        let disk = try filled(options, "state")
        (options.machineID, options.otherMachine) = (two, .keep)
        #expect(disk.store(options).load().text == "state")
        options.sealing = .keyless(because: "it is gone")
        #expect(disk.store(options).load().lockReason != nil)
    }

    @Test func readsThePayloadOfTheGreatestLengthThatItHasSealed() throws {
        let disk = RecordedDisk([:], .smallAndSealed)
        let store = disk.store()
        _ = store.load()
        let large = [UInt8](repeating: 7, count: StoreLimits.maximumPayloadBytes)
        #expect(try store.keep(large) == .saved)
        #expect(disk.store().load().text == String(decoding: large, as: UTF8.self))
        #expect(throws: StoreError.self) { try store.keep(large + [7]) }
    }

    /// A state whose header line was edited, with the checksum that it has to have then.
    private static func withRightChecksum(_ image: [UInt8], _ edit: (String) -> String) throws -> [UInt8] {
        let line = String(decoding: image.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let mark = "sha256="
        let text = edit(line)
        let start = try #require(text.firstRange(of: mark)).upperBound
        let digest = text.utf8.distance(from: text.startIndex, to: start)..<text.utf8.count
        var block = Array(text.utf8)
        block.replaceSubrange(digest, with: [UInt8](repeating: UInt8(ascii: "0"), count: 64))
        block.append(UInt8(ascii: "\n"))
        block += [UInt8](repeating: UInt8(ascii: " "), count: StoreLimits.headerBytes - 1 - block.count)
        block.append(UInt8(ascii: "\n"))
        let body = image[StoreLimits.headerBytes...]
        block.replaceSubrange(digest, with: StoreDigest.hex(block, body))
        return block + body
    }
}
