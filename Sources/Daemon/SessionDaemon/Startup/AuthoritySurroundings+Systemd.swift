// SPDX-License-Identifier: Apache-2.0

import Logging
import SessionAuthorities
import SessiondSystemd

extension AuthoritySurroundings {
    /// What the service manager and this machine give, and the journal takes.
    init(logger: Logger) {
        self.init(
            credential: { (name, maximumBytes) throws(Unreadable) in
                do throws(CredentialError) {
                    return try Credentials().read(name, maximumBytes: maximumBytes)
                } catch {
                    throw Unreadable("\(error)")
                }
            },
            machineID: { () throws(Unreadable) in
                do throws(SystemdError) { return try MachineIdentity.machine() } catch {
                    throw Unreadable("\(error)")
                }
            },
            warn: { logger.warning("\($0)") })
    }
}
