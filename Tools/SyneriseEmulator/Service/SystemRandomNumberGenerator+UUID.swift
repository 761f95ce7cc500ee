// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension SystemRandomNumberGenerator {
    /// A UUID of version 4, for an account that was never given one.
    static func uuid() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return CustomerUUID(bytes: bytes, version: 4).description
    }
}
