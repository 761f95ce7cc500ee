// SPDX-License-Identifier: Apache-2.0

/// A sign-out that the authority has yet to be told of.
public struct OutboxEntry: Sendable, Equatable {
    /// Names the entry.
    public var id: UInt64
    /// The token that is to end there.
    public var token: Token
    /// Whether all of the customer's sessions are to end there.
    public var fromAllDevices: Bool
    /// Where the token came from: it goes nowhere else.
    public var binding: Binding

    /// An entry of those parts.
    public init(id: UInt64, token: Token, fromAllDevices: Bool, binding: Binding) {
        (self.id, self.token, self.fromAllDevices, self.binding) = (id, token, fromAllDevices, binding)
    }

    /// Entries that are kept at most; the oldest go first.
    static let limit = 16
}
