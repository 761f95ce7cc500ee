// SPDX-License-Identifier: Apache-2.0

package import Logging
import Synchronization

/// The lowest level that is logged, shared by all loggers of the process and changeable at any time.
///
/// A change takes effect with the next entry of each thread.
package final class SharedLogLevel: Sendable {
    private let rank: Atomic<UInt8>

    /// Starts with a level.
    package init(_ level: Logger.Level) {
        rank = Atomic(level.rank)
    }

    /// The lowest level that is logged.
    package var value: Logger.Level {
        get {
            let rank = Int(rank.load(ordering: .relaxed))
            return Logger.Level.allCases[rank]
        }
        set { rank.store(newValue.rank, ordering: .relaxed) }
    }
}
