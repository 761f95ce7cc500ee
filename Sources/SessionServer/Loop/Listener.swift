// SPDX-License-Identifier: Apache-2.0

/// A listening socket.
public struct Listener: Sendable {
    /// Its descriptor.
    public let socket: Int32
    /// What it is for.
    public let role: ListenerRole

    /// A socket that is listening already.
    public init(socket: Int32, role: ListenerRole) { (self.socket, self.role) = (socket, role) }
}
