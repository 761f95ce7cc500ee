// SPDX-License-Identifier: Apache-2.0

/// A token, a password, a key: text that no print, log line, dump or interpolation shows.
///
/// Its characters come out by ``reveal()`` only, so that every place that has them can be found by that name.
public struct Secret: Sendable, Hashable {
    /// What is shown instead.
    public static let placeholder = "[redacted]"

    private let text: String

    /// A secret of that text.
    public init(_ text: String) { self.text = text }

    /// The text itself.
    public func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The placeholder.
    public var description: String { Secret.placeholder }
    /// The placeholder.
    public var debugDescription: String { Secret.placeholder }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
