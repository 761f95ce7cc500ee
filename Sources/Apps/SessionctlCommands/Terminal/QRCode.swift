// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A QR code (ISO/IEC 18004), made by the distribution's libqrencode, which is found at run time.
struct QRCode {
    /// Modules in a row.
    let width: Int
    private let modules: [Bool]

    // qrencode.h of version 4: what QRcode_encodeString takes and returns.
    private struct Encoded {
        var version: CInt
        var width: CInt
        var data: UnsafeMutablePointer<UInt8>?
    }

    private typealias Encode =
        @convention(c) (UnsafePointer<CChar>, CInt, CInt, CInt, CInt) -> UnsafeMutableRawPointer?
    private typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void

    private static let library = "libqrencode.so.4"
    // As small as it can be, with the least redundancy (QR_ECLEVEL_L), in bytes (QR_MODE_8), as the text is written.
    private static let (version, level, mode, isCaseSensitive): (CInt, CInt, CInt, CInt) = (0, 0, 2, 1)

    /// The code of a text; `nil`: there is no library, or no code that long.
    init?(_ text: String) {
        guard let library = dlopen(QRCode.library, RTLD_NOW), let encode = dlsym(library, "QRcode_encodeString"),
            let free = dlsym(library, "QRcode_free")
        else { return nil }
        let made = text.withCString { text in
            unsafeBitCast(encode, to: Encode.self)(
                text, QRCode.version, QRCode.level, QRCode.mode, QRCode.isCaseSensitive)
        }
        guard let made else { return nil }
        defer { unsafeBitCast(free, to: Free.self)(made) }
        let encoded = made.assumingMemoryBound(to: Encoded.self).pointee
        guard encoded.width > 0, let data = encoded.data else { return nil }
        width = Int(encoded.width)
        // The lowest bit says whether a module is dark.
        modules = (0..<width * width).map { data[$0] & 1 == 1 }
    }

    /// Whether a module is dark; those of the margin are not.
    func isDark(_ x: Int, _ y: Int) -> Bool {
        (0..<width).contains(x) && (0..<width).contains(y) && modules[y * width + x]
    }
}
