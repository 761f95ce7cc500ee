// SPDX-License-Identifier: Apache-2.0

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux

/// A state file written down shortly: a first line of header fields, then the payload. It is given the padding, the
/// length and the checksum that it must have; a whole file is read as well.
struct StateImage {
    let bytes: [UInt8]
    let payload: [UInt8]

    init(_ text: [UInt8]) {
        let line = text.prefix { $0 != 0x0A }
        let padding = text.dropFirst(line.count).prefix { $0 == 0x0A || $0 == 0x20 }
        payload = Array(text.dropFirst(line.count + padding.count))
        var fields = line.split(separator: 0x20).filter { field in
            !field.starts(with: "length=".utf8) && !field.starts(with: "sha256=".utf8)
        }
        fields.append(Array("length=\(payload.count)".utf8)[...])
        var block = Array(fields.joined(separator: [0x20])) + Array(" sha256=".utf8)
        let digest = block.count..<block.count + StoreHeader.digestDigits
        block += [UInt8](repeating: UInt8(ascii: "0"), count: digest.count) + [0x0A]
        block += [UInt8](repeating: 0x20, count: max(0, StoreLimits.headerBytes - block.count))
        block = Array(block.prefix(StoreLimits.headerBytes))
        if digest.upperBound <= block.count {
            block.replaceSubrange(digest, with: StoreDigest.hex(block, payload[...]))
        }
        bytes = block + payload
    }
}
