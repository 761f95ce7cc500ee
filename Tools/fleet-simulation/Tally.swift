// SPDX-License-Identifier: Apache-2.0

/// What the authority and the customers saw of a day.
struct Tally: Sendable {
    /// What one outage did.
    struct Effect: Sendable {
        /// Devices with a client token when it began.
        var signedIn = 0
        /// Devices whose client token ran out because of it.
        var ranOut = 0
        /// Devices of which an attempt failed in it.
        var met = 0
        /// Those of them that had a new token in time.
        var recovered = 0
    }

    /// Requests that reached for the authority, answered or not, by the minute in which they were sent.
    var requests: [Int]
    /// Devices whose client token ran out before the first outage.
    var ranOutBefore = 0
    /// By outage.
    var effects: [Effect]

    /// Nothing, for a day.
    init(of day: Day) {
        requests = Array(repeating: 0, count: Int(day.length.components.seconds / 60))
        effects = Array(repeating: Effect(), count: day.outages.count)
    }

    /// Adds what other devices did.
    mutating func add(_ other: Tally) {
        for (minute, count) in other.requests.enumerated() { requests[minute] += count }
        ranOutBefore += other.ranOutBefore
        for (index, effect) in other.effects.enumerated() {
            effects[index].signedIn += effect.signedIn
            effects[index].ranOut += effect.ranOut
            effects[index].met += effect.met
            effects[index].recovered += effect.recovered
        }
    }
}
