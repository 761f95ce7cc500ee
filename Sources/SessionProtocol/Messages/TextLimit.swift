// SPDX-License-Identifier: Apache-2.0

/// How long a text parameter may be, in bytes of UTF-8; none may hold control characters.
public struct TextLimit: Sendable {
    /// The range of its length.
    public let bytes: ClosedRange<Int>

    /// An e-mail address: 1 to 254 bytes.
    public static let email = TextLimit(bytes: 1...254)
    /// A custom id, authID, client identifier, custom identifier: 1 to 1,024 bytes.
    public static let identifier = TextLimit(bytes: 1...1_024)
    /// A password: 1 to 4,096 bytes.
    public static let password = TextLimit(bytes: 1...4_096)
    /// A token: 1 to 32,768 bytes.
    public static let token = TextLimit(bytes: 1...32_768)

    /// Why a text is refused; `nil` where it is not.
    func refusal(of text: String) -> String? {
        guard bytes.contains(text.utf8.count) else {
            return "must have \(bytes.lowerBound) to \(bytes.upperBound) bytes"
        }
        let hasControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return hasControl ? "must not hold control characters" : nil
    }
}
