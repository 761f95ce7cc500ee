// SPDX-License-Identifier: Apache-2.0

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// The case of exactly that name.
    ///
    /// `init(rawValue:)` compares as String does, canonically: it takes U+212A for the K of `FACEBOOK`.
    static func named(_ name: String) -> Self? {
        allCases.first { $0.rawValue.utf8.elementsEqual(name.utf8) }
    }
}
