// SPDX-License-Identifier: Apache-2.0

/// 128-bit identifiers as systemd writes them.
enum Hexadecimal {
    /// 32 lower-case digits.
    static func text(of value: UInt128) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}
