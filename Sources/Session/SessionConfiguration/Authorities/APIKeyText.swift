// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// An API key, or a client's secret, as a file or credential holds it, which may end with a line's end.
package struct APIKeyText {
    package let text: String

    package init(_ content: [UInt8]) {
        var bytes = content[...]
        while let last = bytes.last, last == ASCII.lineFeed || last == ASCII.carriageReturn { bytes.removeLast() }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// Why it is none; `nil` where it is one.
    package var refusal: String? { TextLimit.apiKey.refusal(of: text) }
}
