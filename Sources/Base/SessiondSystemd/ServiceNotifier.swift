// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd
import Glibc
import SessiondPrimitives

/// Tells the service manager about the state of this process, sd_notify(3).
///
/// Outside a service (no `NOTIFY_SOCKET`) every call does nothing and returns false. A call sends one datagram and may
/// wait while the manager's queue is full. Calls may overlap.
package struct ServiceNotifier: Sendable {
    /// The longest status that is sent, in bytes; the rest is cut off. The manager reads datagrams of 4096 bytes.
    package static let maximumStatusBytes = 1024

    /// Reads nothing yet: the environment is read by each call.
    package init() {}

    /// Says that the service serves, with the line that `systemctl status` shows.
    ///
    /// - Returns: Whether a manager was told.
    /// - Throws: ``SystemdError/notification(state:errorNumber:)``.
    @discardableResult
    package func ready(status: String? = nil) throws(SystemdError) -> Bool {
        try send("READY", "1", status: status)
    }

    /// Replaces the line that `systemctl status` shows.
    ///
    /// - Throws: ``SystemdError/notification(state:errorNumber:)``.
    @discardableResult
    package func status(_ text: String) throws(SystemdError) -> Bool {
        try send("STATUS", Self.sanitised(text))
    }

    /// Says that the service begins to stop.
    ///
    /// - Throws: ``SystemdError/notification(state:errorNumber:)``.
    @discardableResult
    package func stopping(status: String? = nil) throws(SystemdError) -> Bool {
        try send("STOPPING", "1", status: status)
    }

    /// Says that the service is alive; due every ``watchdogInterval()``.
    ///
    /// - Throws: ``SystemdError/notification(state:errorNumber:)``.
    @discardableResult
    package func watchdog() throws(SystemdError) -> Bool {
        try send("WATCHDOG", "1")
    }

    /// Says that a reload begins; ``ready(status:)`` ends it.
    ///
    /// Carries `MONOTONIC_USEC`, as `Type=notify-reload` of systemd 253 requires; older managers ignore it.
    ///
    /// - Throws: ``SystemdError/notification(state:errorNumber:)``.
    @discardableResult
    package func reloading() throws(SystemdError) -> Bool {
        let now = MonotonicInstant.now
        return try send("RELOADING", "1\nMONOTONIC_USEC=\(now.microseconds)")
    }

    package func send(_ state: String, _ value: String, status: String? = nil) throws(SystemdError) -> Bool {
        let suffix = status.map { "\nSTATUS=\(Self.sanitised($0))" } ?? ""
        let keepEnvironment: CInt = 0
        let result = sd_notify(keepEnvironment, "\(state)=\(value)\(suffix)")
        guard result >= 0 else { throw .notification(state: state, errorNumber: -result) }
        return result > 0
    }
}

extension ServiceNotifier {
    /// Makes a text safe as the value of one assignment.
    ///
    /// A line feed would begin another assignment and NUL would end the message: every control character becomes a
    /// space. Cut to ``maximumStatusBytes`` between two characters.
    static func sanitised(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let safe = scalar.isControl ? " " : scalar
            bytes += UTF8.width(safe)
            guard bytes <= maximumStatusBytes else { break }
            result.append(safe)
        }
        return String(result)
    }
}

extension ServiceNotifier {
    /// Reads how often ``watchdog()`` is due: half of `WatchdogSec=`, as sd_watchdog_enabled(3) recommends.
    ///
    /// Nil where the manager expects nothing from this process.
    package func watchdogInterval() -> Duration? {
        var timeoutMicroseconds: UInt64 = 0
        let keepEnvironment: CInt = 0
        guard sd_watchdog_enabled(keepEnvironment, &timeoutMicroseconds) > 0 else { return nil }
        return .microseconds(Int64(clamping: timeoutMicroseconds)) / 2
    }
}

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
