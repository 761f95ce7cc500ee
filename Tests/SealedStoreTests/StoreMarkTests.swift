// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SealedStore
@testable import TestSupport

@Suite(.timeLimit(.minutes(10)))
struct StoreMarkTests {
    private let folder: StoreTestFolder
    private var markFolder: String { folder.root.appendingPathComponent("mark").path }
    private var markPath: String { markFolder + "/revision" }

    init() throws { folder = try StoreTestFolder() }

    private func store() throws -> StateStore {
        try StateStore(folder: folder.path, markFolder: markFolder, options: .small)
    }

    /// Loads and saves, each time in a process of its own; the revision that was found at last.
    private func run(saving texts: String...) throws -> StoreLoad {
        let store = try store()
        let load = store.load()
        for text in texts { _ = try store.keep(text) }
        return load
    }

    /// Keeps the states as they are, and puts them back when the result is called.
    private func snapshot() throws -> () throws -> Void {
        let files = try folder.names().map { ($0, try folder.bytes($0)) }
        return { for (name, bytes) in files { try folder.put(bytes, name) } }
    }

    private func mark() throws -> StoreMark? {
        StoreMark(block: Array(try Data(contentsOf: URL(fileURLWithPath: markPath))))
    }

    @Test func tellsOfAnOlderStateOnceAndGoesOnAboveTheLastOne() throws {
        _ = try run(saving: "1", "2", "3")
        let restore = try snapshot()
        #expect(try run(saving: "4", "5").rollback == nil)
        try restore()
        let load = try run()
        #expect(load.text == "3" && load.warnings == [])
        #expect(load.header?.revision == 3 && load.rollback?.revision == 3)
        #expect(load.rollback?.last.revision == 5 && load.rollback?.isOtherInstallation == false)
        let next = try run()
        #expect(next.text == "3" && next.header?.revision == 6 && next.rollback == nil)
        #expect(try mark()?.revision == 6)
    }

    // As on a device whose images have a state each, and which goes to and fro between them.
    @Test func tellsEachTimeBothOfTwoStatesTakeTurns() throws {
        _ = try run(saving: "1")
        var states = [try snapshot(), try snapshot()]
        var found: [Bool] = []
        for turn in 0..<6 {
            try states[turn % 2]()
            found.append(try run(saving: "\(turn)").rollback != nil)
            states[turn % 2] = try snapshot()
        }
        #expect(found == [false, true, true, true, true, true])
    }

    @Test func saysNothingOfWhatACrashLeaves() throws {
        for number in 1...5 { #expect(try run(saving: "\(number)").rollback == nil) }
        // It was stored, and the power failed before the mark of it was on the disk.
        let old = try Data(contentsOf: URL(fileURLWithPath: markPath))
        _ = try run(saving: "6")
        try old.write(to: URL(fileURLWithPath: markPath))
        let load = try run()
        #expect(load.text == "6" && load.rollback == nil)
        #expect(try mark()?.revision == 6)
    }

    @Test func tellsOfAnotherInstallation() throws {
        _ = try run(saving: "1", "2", "3", "4")
        let last = try #require(try mark())
        for name in try folder.names() { try FileManager.default.removeItem(atPath: folder.path(name)) }
        try folder.fill(2)
        let load = try run()
        #expect(load.text == "state-2" && load.rollback?.last == last)
        #expect(load.rollback?.isOtherInstallation == true && load.header?.revision == 2)
        let next = try run()
        #expect(next.header?.revision == 2 && next.rollback == nil)
    }

    @Test func forgetsWhatWasBeforeANewInstallation() throws {
        _ = try run(saving: "1", "2", "3")
        for name in try folder.names() { try FileManager.default.removeItem(atPath: folder.path(name)) }
        let store = try store()
        #expect(store.load().rollback == nil)
        _ = try store.image(of: [], generation: 1)
        #expect(try mark() == nil)
        _ = try store.keep("new")
        #expect(try mark()?.installationID == store.installationID)
    }

    @Test func syncsTheFirstOfAProcessAndNoOther() throws {
        let disk = RecordedDisk()
        let file = try MarkFile(storage: disk)
        let store = RecordedDisk().store()
        store.markFile = file
        _ = store.load()
        for text in ["1", "2", "3"] { _ = try store.keep(text) }
        #expect(disk.steps.filter { $0 == .synchronise("revision") }.count == 1)
        #expect(disk.files["revision"]?.count == StoreLimits.headerBytes)
        #expect(disk.steps.firstIndex(of: .synchronise("revision")) == 1)
    }

    @Test(arguments: [
        "", "sessiond-mark", "sessiond-mark format=2 revision=9 installation=\(digits)",
        "sessiond-mark format=1 revision=9 installation=x", "sessiond-mark format=1 installation=\(digits)",
        "sessiond-mark format=1 revision=\(StoreLimits.highestCount) installation=\(digits)", "\0\0\0\0",
    ])
    func takesWhatIsNoMarkForNone(text: String) throws {
        _ = try run(saving: "1")
        try Data(text.utf8).write(to: URL(fileURLWithPath: markPath))
        let load = try run(saving: "2")
        #expect(load.text == "1" && load.rollback == nil && load.warnings == [])
        #expect(try mark()?.revision == 2)
    }

    private static let digits = String(repeating: "0", count: 32)

    @Test func storesAllTheSameWhereThereIsNoPlaceForIt() throws {
        try Data().write(to: URL(fileURLWithPath: markFolder))
        let load = try run(saving: "1")
        #expect(load.rollback == nil && load.warnings.count == 1)
        #expect(load.warnings.first?.contains("an older state that comes back may not be told") == true)
        #expect(try run().text == "1")
    }
}
