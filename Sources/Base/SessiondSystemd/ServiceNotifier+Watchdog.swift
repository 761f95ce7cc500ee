// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd

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
