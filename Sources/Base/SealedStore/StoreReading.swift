// SPDX-License-Identifier: Apache-2.0

/// What one of the two files holds.
enum StoreReading: Sendable, Equatable {
    /// There is no such file.
    case missing
    /// Nothing was ever finished here: empty, a header of zeros, or a first header that was cut off.
    case blank
    /// A state with a right checksum, and with a right seal where the key is there to tell.
    case intact(StoreImage)
    /// A state of a later version.
    case newerFormat(Int)
    /// Content that is no intact state.
    case damaged
    /// A state with a right checksum and a wrong seal, under the name of the key that is there: no crash and no disk
    /// leaves one behind, somebody has made it so.
    case forged
    /// The kernel does not give it, or it is no file.
    case unreadable(StoreError)

    /// Judges the bytes of a file, from its start; the key opens what it has sealed.
    init(_ bytes: [UInt8], key: SealingKey? = nil) {
        let block = Array(bytes.prefix(StoreLimits.headerBytes))
        if Self.isBlank(block) {
            self = .blank
        } else if let format = StoreHeader.format(of: block), format > StoreHeader.currentFormat {
            self = .newerFormat(format)
        } else if let header = StoreHeader(block: block) {
            self = Self.judge(bytes, block, header, key)
        } else {
            self = .damaged
        }
    }

    private static func judge(
        _ bytes: [UInt8], _ block: [UInt8], _ header: StoreHeader, _ key: SealingKey?
    ) -> StoreReading {
        let end = StoreLimits.headerBytes + header.bodyBytes
        guard bytes.count >= end, bytes.count <= StoreLimits.maximumImageBytes else { return .damaged }
        let body = bytes[StoreLimits.headerBytes..<end]
        guard let unsigned = StoreHeader.unsigned(block, body: body) else { return .damaged }
        var payload: [UInt8]?
        if !header.isSealed {
            payload = Array(body)
        } else if let key, header.keyID == key.id.text {
            payload = key.open(body, header: unsigned)
            if payload == nil { return .forged }
        }
        return .intact(StoreImage(header: header, bytes: Array(bytes[..<end]), payload: payload))
    }

    /// A written header has no zero byte. One that ends in zeros was cut off while it was written into zeros, which
    /// happens only where no state was before: the first save writes its header last.
    private static func isBlank(_ block: [UInt8]) -> Bool {
        let written = block.prefix { $0 != 0 }
        guard block[written.endIndex...].allSatisfy({ $0 == 0 }) else { return false }
        if written.isEmpty { return true }
        let magic = Array(StoreHeader.magic.utf8)
        return block.count == StoreLimits.headerBytes && written.count < block.count
            && written.prefix(magic.count).elementsEqual(magic.prefix(written.count))
    }
}
