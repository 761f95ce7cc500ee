// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd
import Glibc

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

extension InheritedDescriptor.Kind {
    /// A descriptor that is not open, or that the kernel cannot name, is `other`.
    init(of descriptor: CInt) {
        let listening: CInt = 1
        let streamType = CInt(SOCK_STREAM.rawValue)
        let isListener = sd_is_socket_unix(descriptor, streamType, listening, nil, 0) > 0
        self = isListener ? .listeningUnixStream : .other
    }
}

extension InheritedDescriptor {
    /// Takes the descriptors of this process in the order of `LISTEN_FDS`.
    ///
    /// Empty where there are none. Sets `FD_CLOEXEC` on each and removes `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`
    /// from the environment, also on failure: call it once, before any thread starts.
    ///
    /// - Throws: ``SystemdError/inheritedDescriptors(errorNumber:)`` when a variable is malformed or a descriptor is
    ///   not open.
    package static func takeAll() throws(SystemdError) -> [InheritedDescriptor] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(1, &names)
        defer { release(names) }
        guard count >= 0 else { throw .inheritedDescriptors(errorNumber: -count) }
        return (0..<Int(count)).map { index in
            InheritedDescriptor(
                descriptor: SD_LISTEN_FDS_START + CInt(index),
                name: names?[index].map { String(cString: $0) } ?? "unknown"
            )
        }
    }

    /// Frees a null-terminated array of strings.
    private static func release(_ names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
        guard let names else { return }
        var next = names
        while let name = next.pointee {
            free(name)
            next += 1
        }
        free(names)
    }
}
