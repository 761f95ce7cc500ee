// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd
import SessiondPrimitives

/// Identifies the machine and its current boot.
package enum MachineIdentity {
    /// Random, fixed for ever: another value would make every device look like another machine.
    static let applicationID: UInt128 = 0x2436fa850a784797b89918fa4a14e6c1

    /// Derives the identifier of this machine for this application: 32 lower-case hexadecimal digits.
    ///
    /// The same after a restart, an upgrade and a reinstallation of the application; another one on a machine with
    /// another machine-id(5), which it does not reveal, sd_id128_get_machine_app_specific(3).
    ///
    /// - Throws: ``SystemdError/machineIdentifier(errorNumber:)`` when `/etc/machine-id` is absent, empty or damaged.
    package static func machine() throws(SystemdError) -> String {
        var identifier = sd_id128_t()
        let result = sd_id128_get_machine_app_specific(sd_id128_t(applicationID), &identifier)
        guard result >= 0 else { throw .machineIdentifier(errorNumber: -result) }
        return identifier.number.hexadecimal
    }

    /// Reads the identifier of the current boot: 32 lower-case hexadecimal digits, sd_id128_get_boot(3).
    ///
    /// - Throws: ``SystemdError/bootIdentifier(errorNumber:)`` when `/proc/sys` cannot be read.
    package static func boot() throws(SystemdError) -> String {
        var identifier = sd_id128_t()
        let result = sd_id128_get_boot(&identifier)
        guard result >= 0 else { throw .bootIdentifier(errorNumber: -result) }
        return identifier.number.hexadecimal
    }
}

extension sd_id128_t {
    /// The first byte is the most significant, as in the text form.
    init(_ number: UInt128) {
        self.init()
        withUnsafeMutableBytes(of: &self) { $0.storeBytes(of: number.bigEndian, as: UInt128.self) }
    }

    var number: UInt128 {
        withUnsafeBytes(of: self) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
    }
}
