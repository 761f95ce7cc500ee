// SPDX-License-Identifier: Apache-2.0

import Crypto

extension StoreHeader {
    static let magic = "sessiond-state"
    static let digestDigits = 64

    /// A state with this header, whose key and length are made to fit: the bytes of a file up to the end of what counts.
    ///
    /// - Throws: `CryptoKitError` where the payload cannot be sealed.
    func image(of payload: [UInt8], sealedWith key: SealingKey? = nil) throws(CryptoKitError) -> StoreImage {
        var header = self
        header.keyID = key?.id.text ?? Self.noKey
        header.bodyBytes = payload.count + (key == nil ? 0 : SealingKey.overheadBytes)
        let text = header.text
        var block = Self.unsignedBlock(of: text)
        let body = try key?.seal(payload, header: block) ?? payload
        let digest = text.count..<(text.count + Self.digestDigits)
        block.replaceSubrange(digest, with: StoreDigest.hex(block, body[...]))
        return StoreImage(header: header, bytes: block + body, payload: payload)
    }

    /// The block with zeros for the digits of its checksum.
    private static func unsignedBlock(of text: [UInt8]) -> [UInt8] {
        var block = text + [UInt8](repeating: UInt8(ascii: "0"), count: digestDigits) + [UInt8(ascii: "\n")]
        block += [UInt8](repeating: UInt8(ascii: " "), count: StoreLimits.headerBytes - 1 - block.count)
        block.append(UInt8(ascii: "\n"))
        return block
    }

    // At once: joined from fields, it was a twentieth of the instructions of a change.
    private var text: [UInt8] {
        let machine = machineID.map { " machine=\($0.text)" } ?? ""
        return Array(
            """
            \(Self.magic) format=\(Self.currentFormat) revision=\(revision) generation=\(generation) \
            scrub=\(scrubs ? "yes" : "no") installation=\(installationID.text)\(machine) key=\(keyID) \
            length=\(bodyBytes) sha256=
            """.utf8)
    }
}
