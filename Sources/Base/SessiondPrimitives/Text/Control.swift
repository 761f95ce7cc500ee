// SPDX-License-Identifier: Apache-2.0

extension Unicode.Scalar {
    /// Whether it is a control character, Unicode's general category Cc: 0 to 1F and 7F to 9F, which never become others.
    @inlinable package var isControl: Bool { value < 0x20 || value >= 0x7F && value < 0xA0 }
}
