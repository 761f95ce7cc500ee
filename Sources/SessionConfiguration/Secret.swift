// SPDX-License-Identifier: Apache-2.0

/// Text that no print, log, dump or reflection shows.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is shown instead.
    public static let placeholder = "[redacted]"

    private let text: String

    /// Wraps a text.
    public init(_ text: String) {
        self.text = text
    }

    /// Gives the text itself: for the request that needs it, never for a message.
    public func reveal() -> String { text }

    /// The placeholder.
    public var description: String { Self.placeholder }
    /// The placeholder.
    public var debugDescription: String { Self.placeholder }
    /// Without children, so that `dump(_:)` of a structure around it shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
