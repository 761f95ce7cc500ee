// SPDX-License-Identifier: Apache-2.0

import Logging

extension Logger.Level {
    /// The priority of syslog(3): 2 (critical) to 7 (debug).
    var priority: UInt8 {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// The position in `allCases`, which goes from the least to the most severe.
    var rank: UInt8 {
        switch self {
        case .trace: 0
        case .debug: 1
        case .info: 2
        case .notice: 3
        case .warning: 4
        case .error: 5
        case .critical: 6
        }
    }
}
