// SPDX-License-Identifier: Apache-2.0

/// A listening socket, and what it is for.
package struct Listener<Role: Sendable>: Sendable {
    /// Its descriptor.
    package let socket: Int32
    package let role: Role

    /// A socket that is listening already.
    package init(socket: Int32, role: Role) { (self.socket, self.role) = (socket, role) }
}
