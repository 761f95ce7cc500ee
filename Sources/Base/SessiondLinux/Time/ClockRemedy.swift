// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What an administrator does about a wall clock that is wrong.
package enum ClockRemedy {
    /// The commands; by default those of a machine where systemd runs as sd_booted(3) says, or of one without.
    package static func text(hasSystemd: Bool = access("/run/systemd/system", F_OK) == 0) -> String {
        hasSystemd
            ? "timedatectl; as root: timedatectl set-ntp true; without an NTP client: apt install systemd-timesyncd"
            : "see to an NTP client, such as chrony; a container has the clock of its host: see there"
    }
}
