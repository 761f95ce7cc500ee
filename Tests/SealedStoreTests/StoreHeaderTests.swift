// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SealedStore
@testable import TestSupport

/// The clear header, and what is taken for intact.
@Suite(.timeLimit(.minutes(10))) struct StoreHeaderTests {
    private static let payload = Array(#"{"uuid":"e0b1"}"#.utf8)

    private static func header(machineID: HexIdentifier? = nil) throws -> StoreHeader {
        StoreHeader(
            revision: 7, generation: 3, scrubs: false,
            installationID: try #require(HexIdentifier("0123456789abcdef0123456789abcdef")), machineID: machineID,
            keyID: StoreHeader.noKey, bodyBytes: payload.count)
    }

    /// An intact file with a first line of one's own.
    private static func file(_ line: String) -> [UInt8] {
        var block = Array("\(line) sha256=".utf8)
        let digest = block.count..<(block.count + 64)
        block += Array(repeating: UInt8(ascii: "0"), count: 64) + Array("\n".utf8)
        block += Array(repeating: UInt8(ascii: " "), count: 512 - block.count)
        block.replaceSubrange(digest, with: StoreDigest.hex(block, payload[...]))
        return block + payload
    }

    @Test func isOneReadableLineOf512Bytes() throws {
        let header = try Self.header(machineID: HexIdentifier(String(repeating: "f", count: 32)))
        let image = try header.image(of: Self.payload).bytes
        #expect(image.count == 512 + Self.payload.count)
        let line = String(decoding: image.prefix { $0 != 10 }, as: UTF8.self)
        #expect(
            line == "sessiond-state format=1 revision=7 generation=3 scrub=no "
                + "installation=0123456789abcdef0123456789abcdef machine=ffffffffffffffffffffffffffffffff "
                + "key=none length=15 sha256=aba1741be1141744e13c6a7135b611c2a296417967ece77a2e00b2fecfd597e2")
        #expect(image[..<512].allSatisfy { $0 != 0 } && image[511] == 10)
    }

    @Test func readsWhatItWrote() throws {
        for machine in [nil, HexIdentifier(String(repeating: "a", count: 32))] {
            var header = try Self.header(machineID: machine)
            (header.scrubs, header.revision, header.generation) = (true, 1 << 40, 1 << 40)
            let image = try header.image(of: Self.payload).bytes
            let intact = StoreImage(header: header, bytes: image, payload: Self.payload)
            #expect(StoreReading(image) == .intact(intact))
            #expect(StoreReading(image + Array(repeating: 0, count: 100)) == .intact(intact))
        }
    }

    @Test func toleratesFieldsItDoesNotKnow() throws {
        let line =
            "sessiond-state format=1 new=1 revision=7 generation=3 flag installation=0123456789abcdef0123456789abcdef "
            + "key=none length=15 parity=x=y"
        let file = Self.file(line)
        let intact = StoreImage(header: try Self.header(), bytes: file, payload: Self.payload)
        #expect(StoreReading(file) == .intact(intact))
    }

    @Test(arguments: [
        "format=1 generation=3 installation=0123456789abcdef0123456789abcdef key=none length=15",
        "format=1 revision=-7 generation=3 installation=0123456789abcdef0123456789abcdef key=none length=15",
        "format=1 revision=9223372036854775807 generation=3 installation=0123456789abcdef0123456789abcdef key=none length=15",
        "format=1 revision=7 generation=9223372036854775807 installation=0123456789abcdef0123456789abcdef key=none length=15",
        "format=1 revision=7 generation=3 installation=0123 key=none length=15",
        "format=1 revision=7 generation=3 installation=0123456789abcdef0123456789abcdef length=15",
        "format=1 revision=7 generation=3 installation=0123456789abcdef0123456789abcdef key=none length=16",
        "format=1 revision=7 generation=3 installation=0123456789abcdef0123456789abcdef key=none length=9999999999",
        "format=1 revision=99999999999999999999 generation=3 installation=0123456789abcdef0123456789abcdef key=none length=15",
        "format=0 revision=7 generation=3 installation=0123456789abcdef0123456789abcdef key=none length=15",
        "format=x revision=7 generation=3 installation=0123456789abcdef0123456789abcdef key=none length=15",
    ])
    func takesAHeaderThatIsNotCompleteForDamaged(fields: String) {
        #expect(StoreReading(Self.file("sessiond-state " + fields)) == .damaged)
    }

    @Test func noticesEveryFlippedBitOfHeaderAndPayload() throws {
        let image = try Self.header().image(of: Self.payload).bytes
        for index in image.indices {
            for bit in 0..<8 {
                var flipped = image
                flipped[index] ^= 1 << bit
                let reading = StoreReading(flipped)
                // A flip in the digit of the format makes it newer: then nothing is overwritten.
                let isFormat = index == Array("sessiond-state format=".utf8).count
                if case .newerFormat = reading, isFormat { continue }
                #expect(reading == .damaged, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func takesAFileThatWasCutOffForDamaged() throws {
        let image = try Self.header().image(of: Self.payload).bytes
        for count in 1..<image.count { #expect(StoreReading(Array(image[..<count])) == .damaged) }
    }

    @Test func takesZerosForBlank() throws {
        for count in [0, 1, 511, 512, 513, 4096] {
            #expect(StoreReading(Array(repeating: 0, count: count)) == .blank)
        }
    }

    @Test func takesAHeaderCutOffInZerosForUnfinished() throws {
        let image = try Self.header().image(of: Self.payload).bytes
        for count in 1..<512 {
            let torn = image[..<count] + Array(repeating: 0, count: 512 - count) + Self.payload
            #expect(StoreReading(Array(torn)) == .blank)
        }
        #expect(StoreReading(Array("hello".utf8) + Array(repeating: 0, count: 600)) == .damaged)
    }

    @Test(arguments: ["sessiond-state format=2 ", "sessiond-state format=12\n", "sessiond-state format=2 \0\0\0"])
    func knowsANewerFormatByItsBeginning(text: String) {
        #expect(StoreReading(Array(text.utf8)) == .newerFormat(text.contains("12") ? 12 : 2))
    }

    @Test(arguments: ["", "0", String(repeating: "g", count: 32), String(repeating: "A", count: 32)])
    func refusesAnIdentifierThatIsNot32HexDigits(text: String) {
        #expect(HexIdentifier(text) == nil)
    }

    @Test func drawsIdentifiersOf32Digits() {
        struct Small: RandomNumberGenerator {
            mutating func next() -> UInt64 { 0xAB }
        }
        var generator = Small()
        #expect(HexIdentifier(using: &generator).text == "00000000000000ab00000000000000ab")
    }
}
