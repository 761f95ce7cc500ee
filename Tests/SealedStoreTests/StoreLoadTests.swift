// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SealedStore
@testable import TestSupport

/// What is found in a real folder.
@Suite(.timeLimit(.minutes(10))) struct StoreLoadTests {
    private let folder: StoreTestFolder
    private let one = HexIdentifier(String(repeating: "1", count: 32))
    private let two = HexIdentifier(String(repeating: "2", count: 32))

    init() throws { folder = try StoreTestFolder() }

    @Test func findsNothingInANewFolderAndPreparesIt() throws {
        let store = try folder.store()
        #expect(store.load() == StoreLoad(outcome: .absent, warnings: []))
        #expect(store.installationID == nil)
        #expect(try folder.mode() == 0o700)
        for name in ["session.0", "session.1"] {
            #expect(try folder.mode(name) == 0o600)
            #expect(try folder.bytes(name) == Array(repeating: 0, count: 4096))
        }
    }

    @Test(arguments: 1...5)
    func findsTheLastStateSaved(count: Int) throws {
        try folder.fill(count)
        let store = try folder.store()
        let load = store.load()
        #expect(load.text == "state-\(count)" && load.warnings == [])
        #expect(load.header?.revision == Int64(count) && load.header?.generation == Int64(count))
        #expect(load.header?.installationID == store.installationID)
        #expect(load.header?.keyID == "none" && load.header?.machineID == nil)
    }

    @Test func keepsTheInstallationIDAndCountsRevisionsOn() throws {
        try folder.fill(2)
        let first = try folder.store().load().header
        try folder.fill(1)
        let second = try folder.store().load().header
        #expect(first?.installationID == second?.installationID)
        #expect(second?.revision == 3)
    }

    @Test(arguments: ["session.0", "session.1"])
    func countsTheFileThatIsIntact(name: String) throws {
        try folder.fill(2)
        let (intact, text) = name == "session.0" ? ("session.1", "state-2") : ("session.0", "state-1")
        let garbage = [Array("garbage".utf8), Array(repeating: 0, count: 4096), [], Array(repeating: 255, count: 5000)]
        for content in garbage {
            try folder.put(content, name)
            #expect(try folder.store().load().text == text)
        }
        try FileManager.default.removeItem(atPath: folder.path(name))
        let store = try folder.store()
        #expect(store.load().text == text)
        #expect(try store.keep("next", generation: 9, scrub: true) == .saved)
        #expect(try folder.bytes(name) == folder.bytes(intact))
        #expect(try folder.names() == ["session.0", "session.1"])
    }

    @Test func findsTheOtherStateHoweverAFileIsCutOff() throws {
        try folder.fill(2)
        let whole = try folder.bytes("session.1")
        for size in stride(from: 0, to: whole.count, by: 512) {
            try folder.put(Array(whole[..<size]), "session.1")
            #expect(try folder.store().load().text == (size > 512 ? "state-2" : "state-1"))
        }
    }

    @Test func setsAsideWhatIsDamagedAndStartsAgain() throws {
        try folder.fill(2)
        let before = try folder.store().load().header
        for name in ["session.0", "session.1"] { try folder.put(Array("garbage of \(name)".utf8), name) }
        let store = try folder.store()
        let paths = [folder.path("session.0.damaged"), folder.path("session.1.damaged")]
        #expect(store.load() == StoreLoad(outcome: .damaged(setAside: paths), warnings: []))
        #expect(try folder.bytes("session.0.damaged") == Array("garbage of session.0".utf8))
        #expect(try store.keep("new") == .saved)
        #expect(store.installationID != before?.installationID)
    }

    @Test func keepsTheFirstAndTheLastThatWasSetAside() throws {
        for number in 1...4 {
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
            try folder.put(Array("garbage \(number)".utf8), "session.0")
            let name = number == 1 ? "session.0.damaged" : "session.0.damaged.last"
            #expect(try folder.store().load().outcome == .damaged(setAside: [folder.path(name)]))
        }
        #expect(try folder.bytes("session.0.damaged") == Array("garbage 1".utf8))
        #expect(try folder.bytes("session.0.damaged.last") == Array("garbage 4".utf8))
        #expect(try folder.names() == ["session.0", "session.0.damaged", "session.0.damaged.last", "session.1"])
    }

    @Test(arguments: ["session.0", "session.1"])
    func overwritesNothingOfANewerFormat(name: String) throws {
        try folder.fill(2)
        try folder.put(Array("sessiond-state format=2 revision=9\n".utf8), name)
        let before = [try folder.bytes("session.0"), try folder.bytes("session.1")]
        let store = try folder.store()
        let reason = try #require(store.load().lockReason)
        #expect(reason == .newerFormat(path: folder.path(name), format: 2))
        #expect(reason.description.hasPrefix("\(folder.path(name)) has format 2, this version reads 1"))
        let error = #expect(throws: StoreError.self) { try store.keep([1], scrub: true) }
        #expect(error?.reason == .locked)
        #expect([try folder.bytes("session.0"), try folder.bytes("session.1")] == before)
        #expect(try folder.names() == ["session.0", "session.1"])
    }

    @Test func overwritesNothingSealedWithAnotherKey() throws {
        try folder.fill(2, .smallAndSealed)
        let before = [try folder.bytes("session.0"), try folder.bytes("session.1")]
        let (path, id) = (folder.path("session.1"), SealingKey.test(1).id.text)
        let other = SealingKey.test(2)
        for (sealing, given, words) in [
            (.sealed(other), .other(other.id), "and the key that is given is \(other.id)"),
            (.clear(opening: other), .other(other.id), "sessiond rekey --from FILE"),
            (.keyless(because: "it is gone"), .none(because: "it is gone"), "and it is gone (see systemctl status"),
        ] as [(StoreSealing, StoreLockReason.GivenKey, String)] {
            let store = try folder.store(.small.with(sealing))
            let reason = try #require(store.load().lockReason)
            #expect(reason == .otherKey(path: path, keyID: id, given: given))
            #expect("\(reason)".hasPrefix("\(path) is sealed with key \(id), ") && "\(reason)".contains(words))
            #expect(throws: StoreError(.save, folder.path("session.*"), .locked)) { try store.keep("lost") }
        }
        #expect([try folder.bytes("session.0"), try folder.bytes("session.1")] == before)
        #expect(try folder.store(.smallAndSealed).load().text == "state-2")
    }

    @Test func setsAsideTheStateOfAnotherMachine() throws {
        var options = StoreOptions.small
        options.machineID = one
        try folder.fill(2, options)
        let header = try #require(try folder.store(options).load().header)
        #expect(header.machineID == one)
        #expect(try folder.store().load().text == "state-2")

        options.machineID = two
        options.otherMachine = .keep
        #expect(try folder.store(options).load().text == "state-2")

        options.otherMachine = .fresh
        let store = try folder.store(options)
        let paths = [folder.path("session.0.damaged"), folder.path("session.1.damaged")]
        #expect(store.load().outcome == .otherMachine(setAside: paths, header: header))
        #expect(try store.keep([1]) == .saved)
        #expect(store.installationID != header.installationID)
    }

    @Test func leavesAStateOfItsMachineWhereThisOneCannotBeTold() throws {
        var options = StoreOptions.small
        options.machineID = one
        try folder.fill(2, options)
        do {
            let store = try folder.store()
            #expect(store.load().text == "state-2")
            #expect(try store.keep("state-3") == .saved)
        }
        #expect(try folder.store(options).load().header?.machineID == one)
        options.machineID = two
        #expect(try folder.store(options).load().text == nil)
        #expect(try folder.names().contains("session.0.damaged"))
    }

    @Test func isUsableAsNewOnceALockedStateWasDiscarded() throws {
        try folder.fill(2)
        try folder.put(Array("sessiond-state format=2 revision=9\n".utf8), "session.0")
        let store = try folder.store()
        #expect(store.load().lockReason != nil)
        // The intact one goes first: alone it would load.
        #expect(try store.discard() == [folder.path("session.1.damaged"), folder.path("session.0.damaged")])
        #expect(try store.keep("new") == .saved)
        #expect(try store.discard() == [])
        #expect(store.load().text == "new")
    }

    @Test func setsAsideWhatOnlyItsOwnerCouldNotRead() throws {
        try folder.fill(2)
        let store = try folder.store()
        #expect(store.load().text == "state-2")
        _ = try store.setAsideAll()
        #expect(try folder.bytes("session.1.damaged").starts(with: Array("sessiond-state ".utf8)))
        #expect(try store.keep("new") == .saved)
        #expect(store.load().text == "new")
    }

    @Test(arguments: [
        ("format=1 revision=9 generation=41 x", 41), ("format=2 x=y generation=41 z", 41),
        ("format=1 generation=1099511627776 x", 1_099_511_627_776), ("format=1 generation=1099511627777 x", 2),
        ("format=1 generation=-1 x", 2), ("format=x generation=41", 2), ("generation=41", 2),
    ])
    func knowsTheHighestGenerationThatAHeaderNames(fields: String, highest: Int64) throws {
        try folder.fill(2)
        try folder.put(Array("sessiond-state \(fields)\n".utf8), "session.0")
        let store = try folder.store()
        _ = store.load()
        #expect(store.highestGeneration == highest)
    }

    @Test func showsNoPayloadWhenPrinted() throws {
        try folder.fill(1)
        let load = try folder.store().load()
        var dumped = ""
        dump(load, to: &dumped)
        for text in ["\(load)", String(reflecting: load), dumped] {
            #expect(text.contains("state of revision 1") && !text.contains("115, 116"))
        }
    }
}
