// SPDX-License-Identifier: Apache-2.0

/// A listening socket, and what it is for.
package struct Listener: Sendable {
    /// Its descriptor.
    package let socket: Int32
    /// Which of the service's sockets it is: what the service numbers them by.
    package let role: Int

    /// A socket that is listening already.
    package init(socket: Int32, role: Int) { (self.socket, self.role) = (socket, role) }
}
