// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SessionWebHost

@Suite(.timeLimit(.minutes(10))) struct FrameReaderTests {
    static let messages: [[UInt8]] = [[], Array("{}".utf8), Array(repeating: 7, count: 300), [0, 0, 0, 0]]
    static let stream = messages.flatMap { Frame.framed($0) }

    @Test(arguments: 1...8)
    func findsTheSameMessagesHoweverTheyWereCut(size: Int) {
        var (reader, found) = (FrameReader(maximumBytes: 300), [FrameReader.Reading]())
        for start in stride(from: 0, to: Self.stream.count, by: size) {
            reader.append(Self.stream[start..<min(start + size, Self.stream.count)])
            while let reading = reader.next() { found.append(reading) }
        }
        #expect(found == Self.messages.map { .message($0) })
        #expect(reader.count == 0)
    }

    @Test(arguments: [1, 5, 64, 4096])
    func passesOverWhatIsTooLongAndGoesOn(size: Int) {
        let stream = Frame.framed(Array(repeating: 1, count: 301)) + Frame.framed([2])
        var (reader, found) = (FrameReader(maximumBytes: 300), [FrameReader.Reading]())
        for start in stride(from: 0, to: stream.count, by: size) {
            reader.append(stream[start..<min(start + size, stream.count)])
            while let reading = reader.next() { found.append(reading) }
        }
        #expect(found == [.tooLong(bytes: 301), .message([2])])
    }

    @Test func holdsNothingOfWhatIsTooLong() {
        var reader = FrameReader(maximumBytes: 300)
        reader.append([0xFF, 0xFF, 0xFF, 0xFF])
        #expect(reader.next() == .tooLong(bytes: Int(UInt32.max)))
        for _ in 0..<100 { reader.append(Array(repeating: 0, count: 65_536)) }
        #expect(reader.next() == nil && reader.count == 0)
    }

    @Test func writesTheLengthInTheMachinesOrder() {
        #expect(Frame.framed([9, 9]) == withUnsafeBytes(of: UInt32(2)) { Array($0) } + [9, 9])
    }
}
