// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// What the service manager or the kernel refused.
///
/// `errorNumber` is an errno(3) value.
package enum SystemdError: Error, Hashable, Sendable {
    /// sd_listen_fds_with_names(3) failed: the activation variables do not fit the open descriptors.
    case inheritedDescriptors(errorNumber: CInt)
    /// sd_notify(3) could not send to `NOTIFY_SOCKET`; `state` is the name of the first assignment, such as `READY`.
    case notification(state: String, errorNumber: CInt)
    /// memfd_create(2), or writing to or sealing what it made, failed.
    case memory(errorNumber: CInt)
    /// pthread_create(3) failed for the thread of this name.
    case thread(name: String, errorNumber: CInt)
    /// sd_id128_get_machine_app_specific(3) failed.
    case machineIdentifier(errorNumber: CInt)
    /// sd_id128_get_boot(3) failed.
    case bootIdentifier(errorNumber: CInt)
}

extension SystemdError: CustomStringConvertible {
    /// One sentence that names what failed, where, and what to do.
    package var description: String {
        switch self {
        case .inheritedDescriptors(let number):
            "cannot take the descriptors of LISTEN_FDS: \(ErrorText.of(number)); "
                + "check that LISTEN_FDS and LISTEN_FDNAMES come from the socket unit unchanged"
        case .notification(let state, let number):
            "cannot send \(state) to the socket in NOTIFY_SOCKET: \(ErrorText.of(number)); "
                + "check NotifyAccess= of the unit"
        case .memory(let number):
            "cannot make a file in memory: \(ErrorText.of(number)); check the memory limit of the unit"
        case .thread(let name, let number):
            "cannot start the thread \(name): \(ErrorText.of(number)); check TasksMax= and the memory limit of the unit"
        case .machineIdentifier(let number):
            "cannot read /etc/machine-id: \(ErrorText.of(number)); systemd-machine-id-setup(1) writes it"
        case .bootIdentifier(let number):
            "cannot read /proc/sys/kernel/random/boot_id: \(ErrorText.of(number)); "
                + "/proc must be mounted and the unit must not have ProcSubset=pid"
        }
    }
}
