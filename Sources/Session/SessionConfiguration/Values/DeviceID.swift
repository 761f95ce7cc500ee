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
