// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// Why a value is refused; the reason repeats nothing of the value that could be a secret.
struct InvalidValue: Error, Hashable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    /// The same for a word that is none of a few, with the one that it was surely meant to be.
    init(_ reason: String, meant word: String, among words: [String]) {
        let suggestion = NameSuggestion.misspelt(word, among: words).map { "; did you mean \($0)?" }
        self.reason = reason + (suggestion ?? "")
    }
}
