// SPDX-License-Identifier: Apache-2.0

@testable import SealedStore
@testable import TestSupport

/// Every disk that a crash can leave behind: after any number of steps, the step after them cut off anywhere.
struct CrashReplay {
    let before: [String: [UInt8]]
    let steps: [RecordedDisk.Step]
    /// Whether a header is cut off at every byte, and not only at whole sectors.
    var cutsHeaders = true

    func forEachDisk(_ body: ([String: [UInt8]]) throws -> Void) rethrows {
        var files = before
        for step in steps {
            try body(files)
            for part in parts(of: step) {
                var torn = files
                for piece in part { RecordedDisk.apply(piece, to: &torn) }
                try body(torn)
            }
            RecordedDisk.apply(step, to: &files)
        }
        try body(files)
    }

    /// The ways in which a write gets to the disk in part: its first or last sectors, every other one, all but one;
    /// and its header up to any byte.
    private func parts(of step: RecordedDisk.Step) -> [[RecordedDisk.Step]] {
        guard case .write(let bytes, let name, let offset) = step else { return [] }
        let sectors = stride(from: 0, to: bytes.count, by: 512).map { start in
            let sector = Array(bytes[start..<min(start + 512, bytes.count)])
            return RecordedDisk.Step.write(sector, name: name, offset: offset + start)
        }
        var parts = sectors.indices.flatMap { cut in
            let allButOne = sectors.indices.filter { $0 != cut }.map { sectors[$0] }
            return [Array(sectors[..<cut]), Array(sectors[cut...]), allButOne, [sectors[cut]]]
        }
        for odd in 0...1 { parts.append(sectors.indices.filter { $0 % 2 == odd }.map { sectors[$0] }) }
        for count in 1..<min(512, bytes.count) where cutsHeaders && offset == 0 {
            parts.append([.write(Array(bytes[..<count]), name: name, offset: 0)])
        }
        return parts
    }
}
