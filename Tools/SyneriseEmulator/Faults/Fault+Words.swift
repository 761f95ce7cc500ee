// SPDX-License-Identifier: Apache-2.0

extension Fault {
    /// A name, and its value where there is an equals sign.
    struct Word {
        var name: String
        var value: String?
    }

    /// Splits at commas. What stands behind a comma and begins with a space goes on with the value before it, as the
    /// date in `retry-after=Sun, 06 Nov 1994 08:49:37 GMT` does.
    static func words(_ text: String) -> [Word] {
        var words: [Word] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            if piece.hasPrefix(" "), let value = words.last?.value {
                words[words.count - 1].value = "\(value),\(piece)"
            } else {
                let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                words.append(Word(name: sides[0], value: sides.count > 1 ? sides[1] : nil))
            }
        }
        return words
    }
}
