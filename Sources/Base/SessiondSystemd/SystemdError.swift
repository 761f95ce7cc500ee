// SPDX-License-Identifier: Apache-2.0

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
