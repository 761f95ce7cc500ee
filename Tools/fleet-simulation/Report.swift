// SPDX-License-Identifier: Apache-2.0

/// A day in words and figures.
struct Report {
    private let tally: Tally
    private let day: Day
    private let verdict: Verdict

    /// The report of a day.
    init(of tally: Tally, on day: Day, _ verdict: Verdict) {
        (self.tally, self.day, self.verdict) = (tally, day, verdict)
    }

    /// The whole text: the requests of every tenth minute and of those around the outages, then the goals.
    var text: String {
        let rows = minutes.map { minute in
            let count = tally.requests[minute]
            let line = [Report.clock(minute), Report.right("\(count)", 9), Report.right(ratio(count), 7), note(minute)]
            return line.joined(separator: " ")
        }
        let goals = verdict.goals.map { goal in
            let sign = goal.isMinimum ? "at least" : "at most"
            return "\(goal.isMet ? "met   " : "MISSED") \(goal.name): \(Report.rounded(goal.value)), \(sign) "
                + Report.rounded(goal.bound)
        }
        let head = "time   requests  × mean   (requests per minute; steady mean \(Report.rounded(verdict.steadyMean)))"
        return ([head] + rows + [""] + goals).joined(separator: "\n") + "\n"
    }

    private var minutes: [Int] {
        let edges = day.outages.flatMap { outage in
            [outage.start.minute, outage.end.minute].flatMap { Array($0 - 1...$0 + 4) }
        }
        let all = Set(edges + Array(0...4) + Array(stride(from: 0, to: tally.requests.count, by: 10)))
        return all.filter(tally.requests.indices.contains).sorted()
    }

    private func ratio(_ count: Int) -> String { Report.rounded(Double(count) / max(verdict.steadyMean, 1)) }

    private func note(_ minute: Int) -> String {
        if minute < day.powerUp.minute { return "power-up" }
        return day.outages.contains { $0.start.minute <= minute && minute < $0.end.minute } ? "outage" : ""
    }

    /// A minute of the day, `HH:MM`.
    static func clock(_ minute: Int) -> String {
        let (hours, minutes) = (minute / 60, minute % 60)
        return (hours < 10 ? "0" : "") + "\(hours):" + (minutes < 10 ? "0" : "") + "\(minutes)"
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// A number to four digits behind the point, without needless zeros.
    private static func rounded(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }
}
