// SPDX-License-Identifier: Apache-2.0

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// The case of exactly that name.
    ///
    /// `init(rawValue:)` compares as String does, canonically: it takes U+212A for the K of `FACEBOOK`.
    static func named(_ name: String) -> Self? {
        // What is another spelling of ASCII has more bytes.
        allCases.first { $0.rawValue.utf8.count == name.utf8.count && $0.rawValue == name }
    }
}
