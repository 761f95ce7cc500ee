// SPDX-License-Identifier: Apache-2.0

/// A word of a fault: a name, and its value where there is an equals sign.
package struct FaultWord {
    package var name: String
    package var value: String?

    /// Splits at commas. What stands behind a comma and begins with a space goes on with the value before it, as the
    /// date in `retry-after=Sun, 06 Nov 1994 08:49:37 GMT` does.
    static func words(_ text: String) -> [FaultWord] {
        var words: [FaultWord] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            if piece.hasPrefix(" "), let value = words.last?.value {
                words[words.count - 1].value = "\(value),\(piece)"
            } else {
                let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                words.append(FaultWord(name: sides[0], value: sides.count > 1 ? sides[1] : nil))
            }
        }
        return words
    }

    /// The value as a number of seconds.
    func seconds() throws(OptionError) -> Double {
        guard let seconds = value.flatMap(Double.init), (0...86_400).contains(seconds) else {
            throw OptionError("\(name) is a number of seconds up to 86400")
        }
        return seconds
    }

    /// The value as an integer.
    package func number(atLeast minimum: Int64) throws(OptionError) -> Int64 {
        guard let number = value.flatMap(Int64.init), number >= minimum else {
            throw OptionError("\(name) is a whole number of at least \(minimum)")
        }
        return number
    }
}
