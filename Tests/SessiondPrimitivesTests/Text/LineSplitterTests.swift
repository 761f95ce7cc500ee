// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionProtocol
@testable import SessiondPrimitives
@testable import TestSupport

@Suite("Lines of a stream", .timeLimit(.minutes(10)))
struct LineSplitterTests {
    static let streams: [(stream: String, lines: [String])] = [
        ("", []), ("\n", []), ("\n\n\n", []), ("a\n", ["a"]), ("a", ["a"]), ("a\nb", ["a", "b"]),
        ("a\nb\n", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\r\nb\r", ["a", "b"]), ("\r\n\r\na\r\n\r\n", ["a"]),
        (" \n\t\n \t \r\na\n  ", ["a"]), ("a\n\n\nb\n\n", ["a", "b"]), ("a\rb\n", ["a\rb"]), ("a\r\r\n", ["a\r"]),
        (" a \n", [" a "]), ("\n\n  x  y\r\n\n{}\n\n", ["  x  y", "{}"]), ("é😀\r\n\u{85}\n", ["é😀", "\u{85}"]),
        ("a\0b\n\0\n", ["a\0b", "\0"]), ("ab\ncdef\n\nghi\r\nj", ["ab", "cdef", "ghi", "j"]),
    ]

    @Test("a stream has the same lines however it was cut up", arguments: streams)
    func everyChunking(stream: String, lines: [String]) {
        let stream = bytes(stream)
        let expected = Reading(lines: lines)
        #expect(read(stream, cuts: []) == expected)
        for size in 1...max(1, stream.count) {
            #expect(read(stream, cuts: Array(stride(from: size, to: stream.count, by: size))) == expected)
        }
        for first in stream.indices {
            for second in first..<stream.count { #expect(read(stream, cuts: [first, second]) == expected) }
        }
    }

    @Test("a line of the limit with its LF is taken, one byte more is not", arguments: [1, 2, 3, 7, 64, 65_536])
    func limit(maximum: Int) {
        let longest = Array(repeating: UInt8(ascii: "x"), count: maximum - 1)
        let last = maximum > 1 ? [String(decoding: longest, as: UTF8.self)] : []
        for cuts in [[], [1], [maximum - 1], [maximum], [maximum / 2, maximum - 1, maximum]] {
            #expect(read(longest + [0x0A], cuts: cuts, maximum: maximum) == Reading(lines: last))
            #expect(read(longest, cuts: cuts, maximum: maximum) == Reading(lines: last))
            #expect(read(longest + [0x79, 0x0A], cuts: cuts, maximum: maximum) == Reading(lines: [], isTooLong: true))
        }
    }

    @Test("the limit counts from the line's own beginning, and a CR counts")
    func limitIsPerLine() {
        #expect(read(bytes("abc\nabc\n\nabc\n"), cuts: [2, 6], maximum: 4) == Reading(lines: ["abc", "abc", "abc"]))
        #expect(read(bytes("abc\nabcd\nab\n"), cuts: [5], maximum: 4) == Reading(lines: ["abc"], isTooLong: true))
        #expect(read(bytes("ab\r\n"), cuts: [3], maximum: 4) == Reading(lines: ["ab"]))
        #expect(read(bytes("abc\r\n"), cuts: [3], maximum: 4) == Reading(lines: [], isTooLong: true))
        #expect(read(bytes("    \na\n"), cuts: [], maximum: 4) == Reading(lines: [], isTooLong: true))
    }

    @Test("the limit of a client's line is that of the protocol")
    func defaultLimit() {
        #expect(LineSplitter(maximumLineBytes: 65_536).maximumLineBytes == 65_536)
        #expect(65_536 == 65_536)
        #expect(WireLimits.responseLineBytes == 4_194_304)
    }

    @Test("a line of many small pieces is found whole")
    func manyPieces() {
        let line = String(repeating: "0123456789", count: 6_000)
        let stream = bytes("\n\(line)\r\n{}\n")
        #expect(read(stream, cuts: Array(stride(from: 1, to: stream.count, by: 1))) == Reading(lines: [line, "{}"]))
    }

    @Test("lines by chance are found in pieces by chance", arguments: 0..<100)
    func randomStreams(seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        var (stream, lines): ([UInt8], [String]) = ([], [])
        for number in 0..<Int.random(in: 0...20, using: &generator) {
            let line = String(repeating: "\(number)", count: Int.random(in: 0...15, using: &generator))
            let isCRLF = Bool.random(using: &generator)
            stream += bytes(line + (isCRLF ? "\r\n" : "\n"))
            if !line.isEmpty { lines.append(line) }
        }
        let cuts = (0..<10).map { _ in Int.random(in: 0...stream.count, using: &generator) }.sorted()
        #expect(read(stream, cuts: cuts, maximum: 40) == Reading(lines: lines))
    }
}

extension LineSplitterTests {
    struct Reading: Equatable {
        var lines: [String] = []
        var isTooLong = false
    }

    /// Offers a stream in pieces, as a connection does: what was used up is thrown away, the rest is kept.
    private func read(_ stream: [UInt8], cuts: [Int], maximum: Int = 65_536) -> Reading {
        var splitter = LineSplitter(maximumLineBytes: maximum)
        var reading = Reading()
        var (held, start) = ([UInt8](), 0)
        let ends = cuts.map { min($0, stream.count) } + [stream.count]
        for (begin, end) in zip([0] + ends, ends) {
            held += stream[begin..<end]
            guard take(from: held, &start, &splitter, &reading) else { return reading }
            held.removeFirst(start)
            start = 0
        }
        if let last = splitter.finish(in: held.span, from: 0) {
            reading.lines.append(String(decoding: held[last], as: UTF8.self))
        }
        return reading
    }

    private func take(
        from held: [UInt8], _ start: inout Int, _ splitter: inout LineSplitter, _ reading: inout Reading
    ) -> Bool {
        while true {
            switch splitter.next(in: held.span, from: start) {
            case .line(let range, let end):
                reading.lines.append(String(decoding: held[range], as: UTF8.self))
                start = end
            case .tooLong:
                reading.isTooLong = true
                return false
            case .incomplete(let next):
                start = next
                return true
            }
        }
    }
}

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
