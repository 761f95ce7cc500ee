// SPDX-License-Identifier: Apache-2.0

/// The lines of a stream, found the plain way.
struct ReferenceLines: Equatable {
    var lines: [[UInt8]] = []
    /// Whether what follows them is too long.
    var isTooLong = false

    init() {}

    init(_ stream: [UInt8], limit: Int) {
        var rest = stream[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0A }
            guard line.count < limit else {
                isTooLong = true
                return
            }
            let text = line.last == 0x0D ? line.dropLast() : line
            if text.contains(where: { $0 != 0x20 && $0 != 0x09 }) { lines.append(Array(text)) }
            rest = rest.dropFirst(line.count + 1)
        }
    }
}
