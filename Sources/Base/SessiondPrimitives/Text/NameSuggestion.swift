// SPDX-License-Identifier: Apache-2.0

/// What somebody probably meant who wrote a name that does not exist.
package enum NameSuggestion {
    // Longer ones are no names; each is compared with all that there are.
    private static let maximumBytes = 64

    /// The name most like it, if one is near: of three letters one may be wrong, or have changed places with the next.
    package static func nearest(to name: String, among candidates: [String]) -> String? {
        guard !name.isEmpty, name.utf8.count <= maximumBytes else { return nil }
        let ranked = candidates.map { (candidate: $0, distance: distance(name, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= tolerance(name, best.candidate) ? best.candidate : nil
    }

    /// The name that a name was surely meant to be: at most two letters are wrong.
    ///
    /// Stricter than ``nearest(to:among:)``: a later version may have a name that is a little like one of this version's.
    package static func misspelt(_ name: String, among candidates: [String]) -> String? {
        nearest(to: name, among: candidates).flatMap { candidate in
            distance(name, candidate) <= min(2, tolerance(name, candidate)) ? candidate : nil
        }
    }

    // By the shorter one: a short name has many neighbours that mean something else.
    private static func tolerance(_ name: String, _ candidate: String) -> Int {
        min(name.utf8.count, candidate.utf8.count) / 3
    }

    /// Edits from one to the other, letters in either case; a beginning of three letters or more is one edit.
    private static func distance(_ name: String, _ candidate: String) -> Int {
        let name = lowercased(name)
        let candidate = lowercased(candidate)
        if name.count >= 3 && name.count < candidate.count && candidate.starts(with: name) { return 1 }
        return edits(name, candidate)
    }

    private static func lowercased(_ name: String) -> [UInt8] {
        name.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    }

    // Letters that are missing, too many or wrong, and neighbours in each other's place (optimal string alignment).
    private static func edits(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var (beforeLast, last) = ([Int](), Array(0...second.count))
        for (row, byte) in first.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                var least = min(last[column] + (byte == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, byte == second[column - 1], first[row - 1] == other {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current.append(least)
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }
}
