// SPDX-License-Identifier: Apache-2.0

/// What a verb says about the daemon's answer.
struct CommandAnswer {
    /// Standard output, without the last LF; empty: nothing.
    var text = ""
    /// Lines on standard error.
    var warnings: [String] = []
    /// What the process ends with.
    var status = ExitStatus.success

    /// An answer of those parts; `durable`: whether the change is stored.
    init(_ text: String = "", durable: Bool = true, status: ExitStatus = .success) {
        (self.text, self.status) = (text, status)
        if !durable { warnings = ["the change holds, but could not be stored yet: see sessionctl health"] }
    }
}
