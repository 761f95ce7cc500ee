// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessiondPrimitives

@testable import SealedStore

/// A temporary folder with a place for a store in it, removed at the end.
final class StoreTestFolder {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
    var path: String { root.appendingPathComponent("state").path }

    init() throws { try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: root) }

    /// The path of something in the store's folder.
    func path(_ name: String) -> String { path + "/" + name }

    func store(_ options: StoreOptions = .small) throws -> StateStore { try StateStore(folder: path, options: options) }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    func put(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path(name))) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    func mode(_ name: String = "") throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path(name))[.posixPermissions] as? Int
    }

    func setMode(_ mode: Int, _ name: String = "") throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path(name))
    }

    /// Saves states `state-1` to `state-N` with generations 1 to N.
    func fill(_ count: Int, _ options: StoreOptions = .small) throws {
        let store = try store(options)
        _ = store.load()
        for number in 1...count {
            _ = try store.keep("state-\(number)", generation: Int64(number), scrub: false)
        }
    }
}

extension StoreOptions {
    /// Small files, which are quickly made.
    static let small = StoreOptions(preallocatedBytes: 4096)

    /// The same, with states sealed.
    static let smallAndSealed = small.with(.sealed(.test(1)))

    /// The same with another sealing.
    func with(_ sealing: StoreSealing) -> StoreOptions {
        var options = self
        options.sealing = sealing
        return options
    }
}

extension SealingKey {
    /// The key whose bytes all are a number.
    static func test(_ number: UInt8) -> SealingKey {
        let secret = SecretBytes(capacity: byteCount) { memory in
            memory.initializeMemory(as: UInt8.self, repeating: number)
            return memory.count
        }
        guard let key = SealingKey(secret) else { preconditionFailure("it has as many bytes as a key has") }
        return key
    }
}

extension StoreLoad {
    /// The payload as text, where one was loaded.
    var text: String? {
        if case .loaded(let payload, _) = outcome { String(decoding: payload, as: UTF8.self) } else { nil }
    }

    var header: StoreHeader? {
        if case .loaded(_, let header) = outcome { header } else { nil }
    }

    var lockReason: StoreLockReason? {
        if case .locked(let reason) = outcome { reason } else { nil }
    }
}

extension StateStore {
    /// Saves bytes, at generation 1 where nothing else is said.
    func keep(_ bytes: [UInt8], generation: Int64 = 1, scrub: Bool = false) throws(StoreError) -> StoreSave {
        try save(bytes, generation: generation, scrub: scrub)
    }

    /// Saves a text.
    func keep(_ text: String, generation: Int64 = 1, scrub: Bool = false) throws(StoreError) -> StoreSave {
        try keep(Array(text.utf8), generation: generation, scrub: scrub)
    }
}

/// Every pair.
func product<One, Other>(_ ones: some Sequence<One>, _ others: [Other]) -> [(One, Other)] {
    ones.flatMap { one in others.map { (one, $0) } }
}
