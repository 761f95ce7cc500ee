// SPDX-License-Identifier: Apache-2.0

/// The journal message catalog that is shipped, taken apart.
struct MessageCatalog {
    /// What is said about one kind of journal entry.
    struct Text {
        let id: String
        let headers: [String: String]
        let body: String
        /// The fields that are put in, in headers and body.
        let fields: Set<String>
    }

    let texts: [Text]

    init() throws {
        let parts = try Package.text("systemd/sessiond.catalog").split(separator: #/(?m)^-- /#).dropFirst()
        texts = parts.map(Text.init)
    }
}

extension MessageCatalog.Text {
    fileprivate init(_ part: Substring) {
        let halves = part.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = halves[0].split(separator: "\n")
        id = lines.first.map(String.init) ?? ""
        let pairs = lines.dropFirst().map { $0.split(separator: ": ", maxSplits: 1).map(String.init) }
        headers = Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
        body = halves.count > 1 ? String(halves[1]) : ""
        fields = Set(part.matches(of: /@([A-Z_]+)@/).map { String($0.1) })
    }
}
