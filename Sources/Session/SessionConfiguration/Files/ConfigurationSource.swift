// SPDX-License-Identifier: Apache-2.0

/// Which files make up a configuration.
package enum ConfigurationSource: Sendable, Hashable {
    /// The first `sessiond.conf` of administrator and vendor, and the drop-ins of all roots.
    case search(ConfigurationRoots)
    /// `--config FILE`: that file, which must exist, and `FILE.d/*.conf`.
    case file(String)

    /// The file that was named; `nil`: none.
    package var named: String? {
        guard case .file(let path) = self else { return nil }
        return path
    }

    /// Candidates for the main file, first found counts.
    var mainFiles: [String] {
        switch self {
        case .search(let roots): [roots.administrator, roots.vendor].map { "\($0)/sessiond.conf" }
        case .file(let path): [path]
        }
    }

    /// Folders of drop-ins, where a later one wins for the same name.
    var dropInFolders: [String] {
        switch self {
        case .search(let roots):
            [roots.vendor, roots.runtime, roots.administrator].map { "\($0)/sessiond.conf.d" }
        case .file(let path): ["\(path).d"]
        }
    }

    var requiresMainFile: Bool {
        switch self {
        case .search: false
        case .file: true
        }
    }
}
