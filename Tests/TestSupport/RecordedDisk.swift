// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import SealedStore

/// A disk in memory that records every step and fails where it is told to.
final class RecordedDisk: SlotStorage {
    enum Step: Equatable {
        case write([UInt8], name: String, offset: Int)
        case shorten(String, size: Int)
        case synchronise(String)
        case rename(String, newName: String)
    }

    struct Fault {
        let errorNumber: Int32
        /// How much of a write still gets through.
        var writtenBytes = 0
    }

    var files: [String: [UInt8]]
    private(set) var steps: [Step] = []
    /// Asked before each step; a failing one is recorded all the same.
    var fault: (Step) -> Fault? = { _ in nil }
    /// The error number for reading a file.
    var readFaults: [String: Int32] = [:]
    let warnings: [String] = []

    /// What its stores are opened with.
    let options: StoreOptions

    init(_ files: [String: [UInt8]] = [:], _ options: StoreOptions = .small) {
        (self.files, self.options) = (files, options)
    }

    func path(of name: String) -> String { "/state/" + name }

    func follow() -> Bool { false }

    func read(_ name: String, limitBytes: Int) throws(StoreError) -> [UInt8]? {
        if let number = readFaults[name] { throw StoreError(.read, path(of: name), .system(errorNumber: number)) }
        return files[name].map { Array($0.prefix(limitBytes)) }
    }

    func size(of name: String) throws(StoreError) -> Int { files[name]?.count ?? 0 }

    func write(_ bytes: [UInt8], to name: String, at offset: Int) throws(StoreError) {
        let step = Step.write(bytes, name: name, offset: offset)
        steps.append(step)
        guard let fault = fault(step) else { return Self.apply(step, to: &files) }
        if fault.writtenBytes > 0 {
            Self.apply(.write(Array(bytes.prefix(fault.writtenBytes)), name: name, offset: offset), to: &files)
        }
        throw StoreError(.write, path(of: name), .system(errorNumber: fault.errorNumber))
    }

    func shorten(_ name: String, to size: Int) throws(StoreError) {
        try run(.shorten(name, size: size), .shorten, name)
    }

    func synchronise(_ name: String) throws(StoreError) { try run(.synchronise(name), .synchronise, name) }

    func exists(_ name: String) throws(StoreError) -> Bool { files[name] != nil }

    func rename(_ name: String, to newName: String) throws(StoreError) {
        try run(.rename(name, newName: newName), .rename, name)
    }

    private func run(_ step: Step, _ operation: StoreError.Operation, _ name: String) throws(StoreError) {
        steps.append(step)
        if let fault = fault(step) {
            throw StoreError(operation, path(of: name), .system(errorNumber: fault.errorNumber))
        }
        Self.apply(step, to: &files)
    }

    static func apply(_ step: Step, to files: inout [String: [UInt8]]) {
        switch step {
        case .write(let bytes, let name, let offset):
            var content = files[name] ?? []
            content += [UInt8](repeating: 0, count: max(0, offset + bytes.count - content.count))
            content.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
            files[name] = content
        case .shorten(let name, let size): files[name] = Array((files[name] ?? []).prefix(size))
        case .synchronise: break
        case .rename(let name, let newName): files[newName] = files.removeValue(forKey: name)
        }
    }
}

extension RecordedDisk {
    func store(_ options: StoreOptions? = nil) -> StateStore {
        StateStore(storage: self, options: options ?? self.options) {
            var generator = SystemRandomNumberGenerator()
            return HexIdentifier(using: &generator)
        }
    }

    /// Whether any file holds a text.
    func contains(_ text: String) -> Bool { files.values.contains { Data($0).range(of: Data(text.utf8)) != nil } }
}
