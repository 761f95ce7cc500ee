// SPDX-License-Identifier: Apache-2.0

/// The lines that are still to be sent, one behind the other, so that one send takes as many of them as fit.
struct UnsentLines {
    private struct Line {
        let id: Int64
        var left: Int
        var hasBegun: Bool
    }

    // What is kept for the next lines.
    private static let keptBytes = 4 * 1024

    private var bytes: [UInt8] = []
    private var start = 0
    private var lines: [Line] = []

    /// Whether nothing is to be sent.
    var isEmpty: Bool { lines.isEmpty }

    /// The bytes to send next: all of them.
    var next: ArraySlice<UInt8> { bytes[start...] }

    /// Whose lines were not begun.
    var untouched: Set<Int64> { Set(lines.lazy.filter { !$0.hasBegun }.map(\.id)) }

    /// Adds what is left of a line, behind the others.
    mutating func append(_ rest: ArraySlice<UInt8>, of id: Int64, hasBegun: Bool) {
        guard !rest.isEmpty else { return }
        bytes += rest
        lines.append(Line(id: id, left: rest.count, hasBegun: hasBegun))
    }

    /// Notes that so many bytes were taken.
    mutating func noteSent(_ count: Int) {
        var (taken, ended) = (min(count, bytes.count - start), 0)
        start += taken
        while taken > 0, ended < lines.count {
            let part = min(taken, lines[ended].left)
            lines[ended].left -= part
            lines[ended].hasBegun = true
            taken -= part
            if lines[ended].left == 0 { ended += 1 }
        }
        lines.removeFirst(ended)
        if lines.isEmpty { clear() }
    }

    /// Leaves the lines out that were not begun: that of a call, or all of them.
    mutating func removeUntouched(of id: Int64? = nil) {
        var (kept, place) = (Array(bytes[..<start]), start)
        lines.removeAll { line in
            defer { place += line.left }
            let isLeftOut = !line.hasBegun && line.id == id ?? line.id
            if !isLeftOut { kept += bytes[place..<place + line.left] }
            return isLeftOut
        }
        bytes = kept
        if lines.isEmpty { clear() }
    }

    // What was in a line, a password perhaps, does not stay in what is kept.
    private mutating func clear() {
        bytes.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        bytes.removeAll(keepingCapacity: bytes.count <= UnsentLines.keptBytes)
        start = 0
    }
}
