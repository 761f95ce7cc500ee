// SPDX-License-Identifier: Apache-2.0

extension StoreHeader {
    static let magic = "sessiond-state"
    static let digestDigits = 64

    /// The header block and the payload: the bytes of a file up to the end of what counts.
    func image(of payload: [UInt8]) -> [UInt8] {
        let text = Array(fields.joined(separator: " ").utf8)
        let digest = text.count..<(text.count + Self.digestDigits)
        var block = text + [UInt8](repeating: UInt8(ascii: "0"), count: Self.digestDigits) + [UInt8(ascii: "\n")]
        block += [UInt8](repeating: UInt8(ascii: " "), count: StoreLimits.headerBytes - 1 - block.count)
        block.append(UInt8(ascii: "\n"))
        block.replaceSubrange(digest, with: StoreDigest.hex(block, payload[...]))
        return block + payload
    }

    private var fields: [String] {
        var fields = [Self.magic, "format=\(Self.currentFormat)", "revision=\(revision)", "generation=\(generation)"]
        fields += ["scrub=\(scrubs ? "yes" : "no")", "installation=\(installationID)"]
        if let machineID { fields.append("machine=\(machineID)") }
        return fields + ["key=\(keyID)", "length=\(payloadBytes)", "sha256="]
    }
}
