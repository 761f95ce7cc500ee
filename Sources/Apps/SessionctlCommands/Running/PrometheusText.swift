// SPDX-License-Identifier: Apache-2.0

/// Metrics in the text format of Prometheus, version 0.0.4, which node_exporter's textfile collector reads: it knows
/// neither the types that OpenMetrics has besides, nor that a counter's samples have a suffix.
struct PrometheusText {
    /// The metrics.
    let text: String

    /// Metrics in the text format of OpenMetrics, put into this one.
    init(openMetrics: String) {
        var suffix = ""
        let lines = openMetrics.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count > 3, words[0] == "#" else { return words[0] == "#" ? nil : String(line) }
            switch words[1] {
            case "TYPE":
                suffix = PrometheusText.suffix(words[3])
                return "# TYPE \(words[2])\(suffix) \(PrometheusText.type(words[3]))"
            case "HELP": return "# HELP \(words[2])\(suffix) \(words[3])"
            default: return nil
            }
        }
        text = lines.map { $0 + "\n" }.joined()
    }

    private static func suffix(_ type: Substring) -> String {
        switch type {
        case "counter": "_total"
        case "info": "_info"
        default: ""
        }
    }

    private static func type(_ type: Substring) -> Substring {
        switch type {
        case "info", "stateset": "gauge"
        case "unknown": "untyped"
        default: type
        }
    }
}
