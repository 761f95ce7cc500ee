// SPDX-License-Identifier: Apache-2.0

/// A statement and the line it begins on.
struct LocatedStatement: Hashable {
    let statement: Statement
    let line: Int
}
