// SPDX-License-Identifier: Apache-2.0

/// Where the effective value of a setting comes from.
package enum SettingOrigin: Sendable, Hashable, CustomStringConvertible {
    /// No file sets it.
    case builtIn
    /// A line of a file, counted from 1; of a continued line the first.
    case file(path: String, line: Int)

    /// `default`, or `path:line`.
    package var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line): "\(Printable.escaped(path)):\(line)"
        }
    }
}
