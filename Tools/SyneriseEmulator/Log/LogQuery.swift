// SPDX-License-Identifier: Apache-2.0

/// Which entries of the log are asked for, and how many there have to be before the answer.
struct LogQuery {
    let since: Int
    let atLeast: Int
    let endpoint: Endpoint?

    init(_ query: ControlQuery) throws(OptionError) {
        since = try query.number("since") ?? 0
        atLeast = try query.number("atLeast") ?? 0
        let name = query.text("on")
        endpoint = name.flatMap(Endpoint.init)
        if name != nil, endpoint == nil {
            throw OptionError("on is one of \(Endpoint.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    func select(_ entries: [LogEntry]) -> [LogEntry] {
        entries.dropFirst(since).filter { endpoint == nil || $0.endpoint == endpoint }
    }
}
