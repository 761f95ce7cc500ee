// SPDX-License-Identifier: Apache-2.0

package import SessiondPrimitives

/// A token, a password, a key: text that no print, log line, dump or interpolation shows.
///
/// Its characters come out by ``reveal()`` and ``withCString(_:)`` only, so that every place that has them can be found
/// by those names.
public struct Secret: Sendable {
    /// What is shown instead.
    public static let placeholder = SecretBytes.placeholder

    private enum Storage {
        case text(String)
        /// Followed by a NUL.
        case locked(SecretBytes)
    }

    private let storage: Storage

    /// A secret of that text.
    public init(_ text: String) { storage = .text(text) }

    private init(locked bytes: SecretBytes) { storage = .locked(bytes) }

    /// A secret of that text in memory of its own, which is not swapped, and overwritten when nobody has the secret any
    /// longer; whoever made the text has that still.
    public static func lockedCopy(of text: String) -> Secret {
        let count = text.utf8.count
        return Secret(
            locked: SecretBytes(capacity: count + 1) { memory in
                memory.copyBytes(from: text.utf8)
                memory[count] = 0
                return count
            })
    }

    /// The text itself.
    public func reveal() -> String {
        switch storage {
        case .text(let text): text
        case .locked(let bytes): bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Lends the text out as a C string, without another copy where it is locked; the body must keep none.
    public func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        switch storage {
        case .text(let text): text.withCString(body)
        case .locked(let bytes):
            bytes.withUnsafeBytes { memory in
                // Never empty: there is a NUL.
                memory.baseAddress.map { body($0.assumingMemoryBound(to: CChar.self)) } ?? "".withCString(body)
            }
        }
    }

    /// The text in memory of its own: a copy, where it was in none.
    package var bytes: SecretBytes {
        switch storage {
        case .text(let text):
            SecretBytes(capacity: text.utf8.count) { memory in
                memory.copyBytes(from: text.utf8)
                return text.utf8.count
            }
        case .locked(let bytes): bytes
        }
    }

    /// How many bytes it has.
    public var byteCount: Int {
        switch storage {
        case .text(let text): text.utf8.count
        case .locked(let bytes): bytes.count
        }
    }

    /// Whether it is in memory of its own, and the kernel has locked that.
    package var isLocked: Bool {
        if case .locked(let bytes) = storage { bytes.isLocked } else { false }
    }
}

extension Secret: Hashable {
    /// Whether both are the same text.
    public static func == (left: Secret, right: Secret) -> Bool { left.reveal() == right.reveal() }

    /// Feeds the text to the hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(reveal()) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The placeholder.
    public var description: String { Secret.placeholder }
    /// The placeholder.
    public var debugDescription: String { Secret.placeholder }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
