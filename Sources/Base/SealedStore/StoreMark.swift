// SPDX-License-Identifier: Apache-2.0

/// Which state was stored last: what is remembered apart from the states, so that it does not go back with them.
///
/// ```
/// sessiond-mark format=1 revision=7 installation=…
/// ```
/// One line, padded with spaces to ``StoreLimits/headerBytes``. Unknown names are skipped.
package struct StoreMark: Sendable, Equatable {
    private static let magic = "sessiond-mark"
    /// The highest revision that is believed: a state that counts on from there still has a revision of its own.
    private static let highestRevision = StoreLimits.highestCount / 2

    /// The revision of that state.
    package let revision: Int64
    /// The installation that it was of.
    package let installationID: HexIdentifier

    init(revision: Int64, installationID: HexIdentifier) {
        (self.revision, self.installationID) = (revision, installationID)
    }

    /// Reads a block; `nil` where it names no state.
    init?(block: [UInt8]) {
        guard block.starts(with: Array("\(Self.magic) format=1 ".utf8)) else { return nil }
        let fields = StoreHeader.fields(of: block)
        guard let revision = fields["revision"].flatMap(StoreHeader.count), revision <= Self.highestRevision,
            let installation = fields["installation"].flatMap(StoreHeader.identifier)
        else { return nil }
        self.init(revision: revision, installationID: installation)
    }

    /// The block of a mark, or of none.
    static func block(_ mark: StoreMark?) -> [UInt8] {
        let text = mark.map { "\(magic) format=1 revision=\($0.revision) installation=\($0.installationID)" } ?? magic
        let padding = String(repeating: " ", count: StoreLimits.headerBytes - 2 - text.utf8.count)
        return Array("\(text)\(padding) \n".utf8)
    }
}
