// SPDX-License-Identifier: Apache-2.0

/// Why a line, or a whole file, is not in the syntax; repeats nothing of it, since it may hold a secret.
struct SyntaxFault: Error, Hashable {
    let message: String
    let expected: String

    static let noAssignment = SyntaxFault(message: "no = on this line", expected: "Key=value, [Section] or a # comment")
    static let noKey = SyntaxFault(message: "nothing before the =", expected: "Key=value")
    static let openSection = SyntaxFault(
        message: "the section's name is not closed",
        expected: "[Section] alone on a line"
    )
    static let notUTF8 = SyntaxFault(message: "not UTF-8", expected: "UTF-8 text")
    static let nul = SyntaxFault(message: "a NUL byte, so this is not a text file in UTF-8", expected: "UTF-8 text")
}
