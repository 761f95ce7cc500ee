// SPDX-License-Identifier: Apache-2.0

/// The commands that start and change the daemon in question.
struct Remedies: Sendable, Equatable {
    /// Whether systemd runs it.
    let isService: Bool
    /// Makes it listen.
    let start: String
    /// Starts it anew.
    let restart: String
    /// Makes it read its configuration again.
    let reload: String
    /// Shows what it says.
    let journal: String

    /// Those of a daemon that systemd runs, or of one that was started by hand.
    init(isService: Bool, socketPath: String) {
        self.isService = isService
        if isService {
            start = "systemctl start sessiond.socket"
            restart = "systemctl restart sessiond"
            reload = "systemctl reload sessiond"
            journal = "journalctl -b -u sessiond -p notice"
        } else {
            start = "sessiond --socket \(socketPath)"
            restart = "start sessiond again"
            reload = "sessionctl reload"
            journal = "see what sessiond wrote to its standard error"
        }
    }
}
