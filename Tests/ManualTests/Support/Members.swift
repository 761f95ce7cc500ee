// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The members of an object: all that it can have, and those that it always has.
struct Members: Equatable {
    var all: Set<String> = []
    var always: Set<String> = []

    /// What a list of objects has in common, and what not.
    init(of objects: [JSONValue]) {
        let names = objects.map { Set(($0.members ?? []).map(\.name)) }
        all = names.reduce(into: []) { $0.formUnion($1) }
        always = names.dropFirst().reduce(names.first ?? []) { $0.intersection($1) }
    }

    /// What a page says: `Va name`, with `Ns ?` behind one that may be absent, and `|` between those of which one is there.
    init(documented words: some Collection<String>) {
        let words = Array(words)
        for (index, word) in words.enumerated() where word == "Va" && index + 1 < words.count {
            let after = words[(index + 2)...].prefix(2)
            let isChoice = after.first == "|" || (index > 0 && words[index - 1] == "|")
            let mayBeAbsent = after.first == "Ns" && after.last?.contains("?") == true
            all.insert(words[index + 1])
            if !isChoice, !mayBeAbsent { always.insert(words[index + 1]) }
        }
    }

    /// Both together.
    func union(_ other: Members) -> Members {
        var both = self
        both.all.formUnion(other.all)
        both.always.formUnion(other.always)
        return both
    }
}
