// SPDX-License-Identifier: Apache-2.0

/// What one of the two files holds.
enum StoreReading: Sendable, Equatable {
    /// There is no such file.
    case missing
    /// Nothing was ever finished here: empty, a header of zeros, or a first header that was cut off.
    case blank
    /// A state with a right checksum; the image is its header block and payload as they are in the file.
    case intact(StoreHeader, image: [UInt8])
    /// A state of a later version.
    case newerFormat(Int)
    /// Content that is no intact state.
    case damaged
    /// The kernel does not give it, or it is no file.
    case unreadable(StoreError)

    /// Judges the bytes of a file, from its start.
    init(_ bytes: [UInt8]) {
        let block = Array(bytes.prefix(StoreLimits.headerBytes))
        if Self.isBlank(block) {
            self = .blank
        } else if let format = StoreHeader.format(of: block), format > StoreHeader.currentFormat {
            self = .newerFormat(format)
        } else if let header = StoreHeader(block: block), let image = Self.intactImage(bytes, block, header) {
            self = .intact(header, image: image)
        } else {
            self = .damaged
        }
    }

    private static func intactImage(_ bytes: [UInt8], _ block: [UInt8], _ header: StoreHeader) -> [UInt8]? {
        let end = StoreLimits.headerBytes + header.payloadBytes
        guard bytes.count >= end, bytes.count <= StoreLimits.maximumFileBytes else { return nil }
        let payload = bytes[StoreLimits.headerBytes..<end]
        return StoreHeader.isIntact(block: block, payload: payload) ? Array(bytes[..<end]) : nil
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
