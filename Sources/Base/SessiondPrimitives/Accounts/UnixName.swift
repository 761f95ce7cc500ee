// SPDX-License-Identifier: Apache-2.0

/// A user or a group by name.
package enum UnixName: Sendable, Hashable, CustomStringConvertible {
    case user(String)
    case group(String)

    /// `the user ann`
    package var description: String {
        switch self {
        case .user(let name): "the user \(name)"
        case .group(let name): "the group \(name)"
        }
    }

    /// The command that asks for it: `getent passwd ann`.
    package var command: String {
        switch self {
        case .user(let name): "getent passwd \(name)"
        case .group(let name): "getent group \(name)"
        }
    }
}

/// A user or a group by id.
package enum UnixID: Sendable, Hashable {
    case user(UInt32)
    case group(UInt32)

    /// The id itself.
    package var number: UInt32 {
        switch self {
        case .user(let id), .group(let id): id
        }
    }
}
