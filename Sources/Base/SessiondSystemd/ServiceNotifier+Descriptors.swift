// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd

extension ServiceNotifier {
    /// Hands a descriptor over for the next start of this service, sd_pid_notify_with_fds(3); it may be closed then.
    ///
    /// The manager keeps it where the unit has `FileDescriptorStoreMax=` and there is room; it does not say so.
    ///
    /// - Returns: Whether a manager was told.
    /// - Throws: ``SystemdError/notification(state:errorNumber:)``.
    @discardableResult
    package func store(_ descriptor: CInt, name: String) throws(SystemdError) -> Bool {
        var descriptor = descriptor
        let (this, keepEnvironment): (pid_t, CInt) = (0, 0)
        let state = "FDSTORE=1\nFDNAME=\(Self.sanitised(name))"
        let result = sd_pid_notify_with_fds(this, keepEnvironment, state, &descriptor, 1)
        guard result >= 0 else { throw .notification(state: "FDSTORE", errorNumber: -result) }
        return result > 0
    }

    /// Takes all descriptors of a name back.
    ///
    /// - Returns: Whether a manager was told.
    /// - Throws: ``SystemdError/notification(state:errorNumber:)``.
    @discardableResult
    package func removeStored(name: String) throws(SystemdError) -> Bool {
        try send("FDSTOREREMOVE", "1\nFDNAME=\(Self.sanitised(name))")
    }
}
