// SPDX-License-Identifier: Apache-2.0

/// How a day compares with what refresh policy and pauses are to achieve (docs/behaviour.md, T10, P1, P2).
struct Verdict {
    /// One figure and the bound that it is held against.
    struct Goal {
        /// What was measured.
        var name: String
        /// The figure.
        var value: Double
        /// Its bound.
        var bound: Double
        /// Whether it must not be below the bound, and not above it.
        var isMinimum = false

        /// Whether it holds.
        var isMet: Bool { isMinimum ? value >= bound : value <= bound }
    }

    /// Requests in a minute while nothing happens, on average.
    let steadyMean: Double
    /// All that is measured.
    let goals: [Goal]

    /// Whether every goal is met.
    var isMet: Bool { goals.allSatisfy(\.isMet) }

    /// Judges a day.
    init(on tally: Tally, of day: Day) {
        let firstOutage = day.outages.map(\.start).min() ?? day.length
        let steady = tally.requests[day.steadyFrom.minute..<firstOutage.minute]
        let mean = Double(steady.reduce(0, +)) / Double(max(steady.count, 1))
        steadyMean = mean
        var goals = [
            Goal(name: "steady peak / mean", value: Double(steady.max() ?? 0) / mean, bound: day.allowedSteadyPeak),
            Goal(
                name: "client tokens that ran out before the first outage", value: Double(tally.ranOutBefore), bound: 0),
        ]
        for (index, outage) in day.outages.enumerated() {
            let next = index + 1 < day.outages.count ? day.outages[index + 1].start : day.length
            let peak = tally.requests[outage.start.minute..<next.minute].max() ?? 0
            let effect = tally.effects[index]
            let name = "\((outage.end - outage.start).minute)-minute outage: "
            goals += [
                Goal(name: name + "peak / steady mean", value: Double(peak) / mean, bound: outage.allowedPeak),
                Goal(
                    name: name + "back within 15 minutes", value: Verdict.part(effect.recovered, of: effect.met),
                    bound: day.requiredRecovery, isMinimum: true),
                Goal(
                    name: name + "client tokens that ran out", value: Verdict.part(effect.ranOut, of: effect.signedIn),
                    bound: outage.allowedLosses),
            ]
        }
        self.goals = goals
    }

    private static func part(_ count: Int, of all: Int) -> Double { Double(count) / Double(max(all, 1)) }
}

extension Duration {
    /// Whole minutes.
    var minute: Int { Int(components.seconds / 60) }
}
