// SPDX-License-Identifier: Apache-2.0

/// A descriptor that the service manager passed to this process, sd_listen_fds(3).
///
/// The receiver owns it: nothing closes it by itself.
package struct InheritedDescriptor: Hashable, Sendable {
    /// What the kernel says the descriptor is.
    package enum Kind: Hashable, Sendable {
        /// A Unix stream socket on which listen(2) was called.
        case listeningUnixStream
        /// Anything else: other sockets, pipes, files, memfds.
        case other
    }

    /// The number of the descriptor; it is closed on exec.
    package let descriptor: CInt
    /// The value of `FileDescriptorName=` (systemd.socket(5)) or `FDNAME=` (sd_pid_notify_with_fds(3));
    /// `unknown` where the manager gave none.
    package let name: String
    /// What the kernel says the descriptor is.
    package let kind: Kind

    /// Describes an open descriptor by asking the kernel for its kind.
    package init(descriptor: CInt, name: String) {
        self.descriptor = descriptor
        self.name = name
        self.kind = Kind(of: descriptor)
    }
}
