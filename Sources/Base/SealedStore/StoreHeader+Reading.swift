// SPDX-License-Identifier: Apache-2.0

extension StoreHeader {
    /// The format that a block names; `nil` unless it begins as every format does.
    static func format(of block: [UInt8]) -> Int? {
        let start = Array("\(magic) format=".utf8)
        guard block.starts(with: start) else { return nil }
        let digits = block[start.count...].prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
        // Text that ends with the block may go on elsewhere: only what is followed by something was written whole.
        guard start.count + digits.count < block.count else { return nil }
        return number(digits).flatMap { Int(exactly: $0) }
    }

    /// The generation that the header at the start of a file names, of whatever format and however damaged.
    ///
    /// `nil` where there is none, or none that a customer could have had.
    static func generation(of bytes: [UInt8]) -> Int64? {
        let block = Array(bytes.prefix(StoreLimits.headerBytes))
        guard format(of: block) != nil else { return nil }
        return fields(of: block)["generation"].flatMap(count)
    }

    /// Reads a block of ``currentFormat``; `nil` where it is not complete.
    init?(block: [UInt8]) {
        guard block.count == StoreLimits.headerBytes, Self.format(of: block) == Self.currentFormat else { return nil }
        let fields = Self.fields(of: block)
        guard let revision = fields["revision"].flatMap(Self.count),
            let generation = fields["generation"].flatMap(Self.count),
            let installation = fields["installation"].flatMap(Self.identifier),
            let key = fields["key"],
            let length = fields["length"].flatMap(Self.number), length <= StoreLimits.maximumBodyBytes
        else { return nil }
        self.revision = revision
        self.generation = generation
        scrubs = fields["scrub"].map(Self.text) == "yes"
        installationID = installation
        machineID = fields["machine"].flatMap(Self.identifier)
        keyID = Self.text(key)
        bodyBytes = Int(length)
    }

    /// A block with zeros for the digits of its checksum; `nil` where that is not the one of block and body.
    static func unsigned(_ block: [UInt8], body: ArraySlice<UInt8>) -> [UInt8]? {
        guard let digest = fields(of: block)["sha256"], digest.count == digestDigits else { return nil }
        var unsigned = block
        for index in digest.indices { unsigned[index] = UInt8(ascii: "0") }
        return StoreDigest.hex(unsigned, body).elementsEqual(digest) ? unsigned : nil
    }

    /// The pairs of the first line; of a name that occurs twice, the first.
    static func fields(of block: [UInt8]) -> [String: ArraySlice<UInt8>] {
        let line = block.prefix { $0 != UInt8(ascii: "\n") }
        let pairs = line.split(separator: UInt8(ascii: " ")).dropFirst().compactMap { pair in
            pair.firstIndex(of: UInt8(ascii: "=")).map { (text(pair[..<$0]), pair[($0 + 1)...]) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    static func identifier(_ bytes: ArraySlice<UInt8>) -> HexIdentifier? { HexIdentifier(text(bytes)) }

    static func count(_ bytes: ArraySlice<UInt8>) -> Int64? {
        number(bytes).flatMap { $0 <= StoreLimits.highestCount ? $0 : nil }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard bytes.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
        return Int64(text(bytes))
    }
}
