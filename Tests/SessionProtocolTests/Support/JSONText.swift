// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A value as the writer writes it: equal bytes mean the same value, Unicode equivalence left out.
func written(_ value: JSONValue) -> String {
    var writer = JSONWriter()
    writer.value(value)
    return String(decoding: writer.bytes, as: UTF8.self)
}

/// A text that is nested so deeply.
func nested(_ depth: Int, open: String = "[", core: String = "", close: String = "]") -> String {
    String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
}

/// An object with so many members, `{"m0":0,"m1":1,…}`.
func object(members count: Int) -> String {
    "{" + (0..<count).map { #""m\#($0)":\#($0)"# }.joined(separator: ",") + "}"
}
