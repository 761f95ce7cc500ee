// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol

/// `session-probe session.watch`: prints each change of the session, until it is ended.
///
/// A line `NANOSECONDS CAUSE SEQUENCE KIND GENERATION STATE LABEL`: when it was told (CLOCK_MONOTONIC), why
/// (`snapshot`, `event`, `gap`, `interrupted`, `resumed`), the event's number and kind, and the session; `-` for what was
/// not told.
struct Following {
    let client: SessionClient

    func run() async {
        for await change in client.changes() {
            let now = Following.nanoseconds
            var cause: [String?]
            switch change.cause {
            case .snapshot: cause = ["snapshot", nil, nil]
            case .event(let event): cause = ["event", "\(event.sequence)", event.kind.rawValue]
            case .gap: cause = ["gap", nil, nil]
            case .interrupted(let error):
                cause = ["interrupted", nil, error.sessionError?.name.rawValue ?? error.code.rawValue]
            case .resumed: cause = ["resumed", nil, nil]
            }
            cause += [
                change.status.map { "\($0.generation)" }, change.status?.state.rawValue,
                change.status?.customIdentifier,
            ]
            SessionProbe.say((["\(now)"] + cause.map { $0 ?? "-" }).joined(separator: " ") + "\n")
        }
    }

    private static var nanoseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
