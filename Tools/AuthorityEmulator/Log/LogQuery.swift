// SPDX-License-Identifier: Apache-2.0

/// Which entries of the log are asked for, and how many there have to be before the answer.
struct LogQuery<Authority: EmulatedAuthority> {
    let since: Int
    let atLeast: Int
    let endpoint: Authority.Endpoint?

    init(_ query: ControlQuery) throws(OptionError) {
        since = try query.number("since") ?? 0
        atLeast = try query.number("atLeast") ?? 0
        if let name = query.text("on") { endpoint = try .named(name) } else { endpoint = nil }
    }

    func select(_ entries: [LogEntry<Authority>]) -> [LogEntry<Authority>] {
        entries.dropFirst(since).filter { endpoint == nil || $0.endpoint == endpoint }
    }
}
