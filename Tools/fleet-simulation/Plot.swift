// SPDX-License-Identifier: Apache-2.0

/// A day's requests per minute, drawn as SVG 1.1.
struct Plot {
    private let tally: Tally
    private let day: Day
    private let verdict: Verdict
    private let top: Double

    private static let (left, right, height, base) = (90.0, 1530.0, 460.0, 420.0)

    /// The plot of a day. The power-up, which no policy can spread, is cut off.
    init(of tally: Tally, on day: Day, _ verdict: Verdict) {
        (self.tally, self.day, self.verdict) = (tally, day, verdict)
        let highest = tally.requests.dropFirst(day.powerUp.minute + 1).max() ?? 0
        top = max(Double(highest), verdict.steadyMean) * 1.05
    }

    /// The whole file.
    var svg: String {
        let size = "width=\"\(Plot.right + 20)\" height=\"\(Plot.height)\""
        let parts =
            ["<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) font-family=\"sans-serif\" font-size=\"13\">"]
            + ["<rect width=\"100%\" height=\"100%\" fill=\"white\"/>"] + day.outages.map(shade) + hours + bounds
            + [curve, "</svg>"]
        return parts.joined(separator: "\n") + "\n"
    }

    private var curve: String {
        let points = tally.requests.enumerated().map { "\(x($0.offset)),\(y(Double($0.element)))" }
        return "<polyline fill=\"none\" stroke=\"#1f5fa8\" points=\"\(points.joined(separator: " "))\"/>"
    }

    private var hours: [String] {
        stride(from: 0, through: tally.requests.count, by: 120).map { minute in
            "<text x=\"\(x(minute))\" y=\"\(Plot.base + 20)\" text-anchor=\"middle\">\(Report.clock(minute))</text>"
        }
    }

    private var bounds: [String] {
        ([1, day.allowedSteadyPeak] + day.outages.map(\.allowedPeak)).filter { $0 * verdict.steadyMean <= top }.map {
            let height = y($0 * verdict.steadyMean)
            return "<line x1=\"\(Plot.left)\" x2=\"\(Plot.right)\" y1=\"\(height)\" y2=\"\(height)\" stroke=\"#999\" "
                + "stroke-dasharray=\"4 4\"/><text x=\"\(Plot.left - 8)\" y=\"\(height + 4)\" text-anchor=\"end\">"
                + "\($0) × mean</text>"
        }
    }

    private func shade(_ outage: Outage) -> String {
        let (start, end) = (x(outage.start.minute), x(outage.end.minute))
        return "<rect x=\"\(start)\" y=\"0\" width=\"\(end - start)\" height=\"\(Plot.base)\" fill=\"#f6d5d5\"/>"
    }

    private func x(_ minute: Int) -> Double {
        Plot.left + (Plot.right - Plot.left) * Double(minute) / Double(max(tally.requests.count, 1))
    }

    private func y(_ requests: Double) -> Double { ((1 - min(requests / top, 1)) * Plot.base * 10).rounded() / 10 }
}
