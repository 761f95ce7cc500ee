// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// How long a text parameter may be, in bytes of UTF-8; none may hold control characters.
public struct TextLimit: Sendable {
    /// The range of its length.
    public let bytes: ClosedRange<Int>
    // Blanks (U+0009–000D, U+0020) at either end belong to no name: they are trimmed before it is used, so a tab there
    // is no fault, and a name of nothing else is none.
    private let isName: Bool
    // Whether it is made of visible ASCII characters alone.
    private let isVisible: Bool
    // How long it may be as a JSON string, in bytes between its quotation marks.
    private let escapedBytes: Int?

    /// A limit of that length; `isName`: for a text whose blanks at both ends do not count.
    public init(
        bytes: ClosedRange<Int>, isName: Bool = false, isVisible: Bool = false, escapedBytes: Int? = nil
    ) {
        (self.bytes, self.isName, self.isVisible, self.escapedBytes) = (bytes, isName, isVisible, escapedBytes)
    }

    /// An e-mail address: 1 to 254 bytes.
    public static let email = TextLimit(bytes: 1...254, isName: true)
    /// A custom id, authID, client identifier, custom identifier: 1 to 1,024 bytes.
    public static let identifier = TextLimit(bytes: 1...1_024, isName: true)
    /// A password: 1 to 4,096 bytes.
    public static let password = TextLimit(bytes: 1...4_096)
    /// A provider's token, handed on in JSON: 1 to 32,768 bytes.
    public static let token = TextLimit(bytes: 1...32_768)
    /// A token that goes into an `Authorization` header (RFC 6750 §2.1): 1 to 32,768 visible ASCII characters, of which so
    /// few are `"` and `\` that a line holds it with all that is around it.
    public static let bearerToken = TextLimit(bytes: 1...32_768, isVisible: true, escapedBytes: 40_960)
    /// An API key: 1 to 4,096 visible ASCII characters, wherever it comes from.
    public static let apiKey = TextLimit(bytes: 1...4_096, isVisible: true)
    /// A URI that a browser is sent to: 1 to 2,048 visible ASCII characters.
    public static let uri = TextLimit(bytes: 1...2_048, isVisible: true)
    /// The address that the authority sent a browser to: 1 to 16,384 visible ASCII characters.
    public static let callbackURL = TextLimit(bytes: 1...16_384, isVisible: true)
    /// The origin of web pages: 1 to 300 visible ASCII characters.
    public static let origin = TextLimit(bytes: 1...300, isVisible: true)
    /// The name of a sign-in: 1 to 64 visible ASCII characters.
    public static let attempt = TextLimit(bytes: 1...64, isVisible: true)

    /// Why a text is refused; `nil` where it is not.
    public func refusal(of text: String) -> String? {
        guard bytes.contains(text.utf8.count) else {
            return "must have \(bytes.lowerBound) to \(bytes.upperBound) bytes"
        }
        if isVisible, !text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            return "must be of visible ASCII characters, without blanks"
        }
        if let escapedBytes, text.utf8.count + text.utf8.count(where: { $0 == 0x22 || $0 == 0x5C }) > escapedBytes {
            return "must have at most \(escapedBytes) bytes as JSON"
        }
        var scalars = Substring(text).unicodeScalars
        if isName {
            scalars = scalars.drop(while: Self.isBlank)
            while let last = scalars.last, Self.isBlank(last) { scalars.removeLast() }
            if scalars.isEmpty { return "must not be blank" }
        }
        let hasControl = scalars.contains { $0.isControl }
        return hasControl ? "must not hold control characters" : nil
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        (0x09...0x0D).contains(scalar.value) || scalar.value == 0x20
    }
}
