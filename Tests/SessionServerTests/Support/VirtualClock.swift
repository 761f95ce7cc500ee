// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionCore
import SessionProtocol

/// A clock that goes only when a test says so.
// @unchecked: `boottime` is only touched while `lock` is held.
final class VirtualClock: SessionClock, @unchecked Sendable {
    private let lock = NSLock()
    private var boottime = Duration.seconds(1000)

    func now() -> Moment { lock.withLock { Moment(boottime: boottime, wall: Timestamp(secondsSince1970: 0)) } }

    func advance(by duration: Duration) { lock.withLock { boottime += duration } }

    func sleep(until boottime: Duration) async throws {}
}
