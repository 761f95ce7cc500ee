// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator

/// What nobody guesses.
enum Random {
    /// 32 bytes in base64url.
    static func token() -> String {
        var generator = SystemRandomNumberGenerator()
        return Base64URL.encode((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Such as `WDJB-MJHT`: without vowels and without what looks alike, RFC 8628 §6.1.
    static func userCode() -> String {
        var generator = SystemRandomNumberGenerator()
        let half = { (generator: inout SystemRandomNumberGenerator) in
            String((0..<4).map { _ in "BCDFGHJKLMNPQRSTVWXZ".randomElement(using: &generator) ?? "B" })
        }
        return "\(half(&generator))-\(half(&generator))"
    }
}
