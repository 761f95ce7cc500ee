// SPDX-License-Identifier: Apache-2.0

/// What one line of a file says, or that it says nothing.
enum Statement: Hashable {
    case section(name: String)
    /// The value is as written, without the blanks around it.
    case assignment(key: String, value: String)
    case fault(SyntaxFault)
}
