// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient

/// What systemd says of the service behind a socket while a caller waits for its answer: the socket takes calls also
/// where the service fails again and again.
enum ServiceStanding {
    // How long systemd is asked.
    private static let patience = Duration.seconds(2)
    // One restart may be an accident, and the next start slow.
    private static let tooOften = 2

    /// Why nobody will answer on a socket; `nil`: somebody may.
    ///
    /// - Parameter isSilent: Whether nothing is said to a terminal meanwhile.
    static func futility(of path: SocketPath, isSilent: Bool) -> LateCheck.Futility? {
        if !isSilent, isatty(STDERR_FILENO) != 0 {
            StandardStream.error.writeIgnoringErrors("sessiond has not answered yet; it is waited for\n")
        }
        return futility(of: path) { Units.ask(within: patience) }
    }

    /// The same, by what systemd says now; a service that is just being started is looked at again, since it may have
    /// failed by then.
    static func futility(of path: SocketPath, _ ask: () -> Units) -> LateCheck.Futility? {
        var count: Int?
        for _ in 0..<looks {
            let units = ask()
            guard units.socket(listeningOn: path.description) != nil, let service = units[.service],
                let instability = service.instability
            else { return nil }
            let restarts = Int(service["NRestarts"]) ?? 0
            let isHopeless =
                service["ActiveState"] == "failed" || (service["SubState"] == "auto-restart" && restarts >= tooOften)
            if isHopeless || count.map({ $0 < restarts }) == true {
                return LateCheck.Futility(
                    "sessiond.service does not come up (\(instability))",
                    hint: "systemctl status sessiond; \(service.instabilityHint)")
            }
            count = restarts
            usleep(pauseMicroseconds)
        }
        return nil
    }

    private static let looks = 5
    private static let pauseMicroseconds: useconds_t = 200_000
}
