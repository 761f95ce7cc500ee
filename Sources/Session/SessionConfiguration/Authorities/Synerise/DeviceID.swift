// SPDX-License-Identifier: Apache-2.0

/// What the authority is told about the device.
package enum DeviceID: Sendable, Hashable, CustomStringConvertible {
    /// Derived from the machine id.
    case automatic
    /// This text.
    case fixed(String)

    /// `auto`, or the text.
    package var description: String {
        switch self {
        case .automatic: "auto"
        case .fixed(let text): text
        }
    }
}

extension ValueForm<DeviceID> {
    /// `auto` or a text.
    static var deviceID: ValueForm {
        let maximumBytes = 256
        return ValueForm(
            description: "auto, or 1 to \(maximumBytes) bytes without control characters",
            parse: { (value) throws(InvalidValue) in
                let text = try Quoting.text(value.text)
                if text.isSame(as: "auto") { return .automatic }
                guard (1...maximumBytes).contains(text.utf8.count) else { throw InvalidValue("empty or too long") }
                guard !text.utf8.contains(where: ASCII.isControl) else { throw InvalidValue("a control character") }
                return .fixed(text)
            },
            format: { Quoting.writtenText($0.description) }
        )
    }
}
