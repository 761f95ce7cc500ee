// SPDX-License-Identifier: Apache-2.0

extension ServiceNotifier {
    /// Makes a text safe as the value of one assignment.
    ///
    /// A line feed would begin another assignment and NUL would end the message: every control character becomes a
    /// space. Cut to ``maximumStatusBytes`` between two characters.
    static func sanitised(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let safe = scalar.properties.generalCategory == .control ? " " : scalar
            bytes += UTF8.width(safe)
            guard bytes <= maximumStatusBytes else { break }
            result.append(safe)
        }
        return String(result)
    }
}
