// SPDX-License-Identifier: Apache-2.0

/// What somebody probably meant who wrote a name that does not exist.
package enum NameSuggestion {
    // Longer ones are no names; each is compared with all that there are.
    private static let maximumBytes = 64

    /// The name most like it, if one is close.
    package static func nearest(to name: String, among candidates: [String]) -> String? {
        guard !name.isEmpty, name.utf8.count <= maximumBytes else { return nil }
        let ranked = candidates.map { (candidate: $0, distance: distance(name, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, name.utf8.count / 3) ? best.candidate : nil
    }

    /// The name that a name was surely meant to be: one letter in three may be wrong, at most two.
    ///
    /// Stricter than ``nearest(to:among:)``: a later version may have a name that is a little like one of this version's.
    package static func misspelt(_ name: String, among candidates: [String]) -> String? {
        nearest(to: name, among: candidates).flatMap { candidate in
            let longest = min(2, min(name.utf8.count, candidate.utf8.count) / 3)
            return distance(name, candidate) <= longest ? candidate : nil
        }
    }

    /// Edits from one to the other, letters in either case; a beginning of three letters or more is one edit.
    private static func distance(_ name: String, _ candidate: String) -> Int {
        let name = lowercased(name)
        let candidate = lowercased(candidate)
        if name.count >= 3 && name.count < candidate.count && candidate.starts(with: name) { return 1 }
        return levenshtein(name, candidate)
    }

    private static func lowercased(_ name: String) -> [UInt8] {
        name.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    }

    private static func levenshtein(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (firstIndex, firstByte) in first.enumerated() {
            var diagonal = row[0]
            row[0] = firstIndex + 1
            for (secondIndex, secondByte) in second.enumerated() {
                let substituted = diagonal + (firstByte == secondByte ? 0 : 1)
                diagonal = row[secondIndex + 1]
                row[secondIndex + 1] = min(substituted, diagonal + 1, row[secondIndex] + 1)
            }
        }
        return row[second.count]
    }
}
