// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd
import Glibc

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
