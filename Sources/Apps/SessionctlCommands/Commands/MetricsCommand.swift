// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct MetricsCommand: CallingCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print what the daemon counts and measures, in the text format of OpenMetrics.")

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "Replace this file by it, in the format that node_exporter's textfile collector reads.", valueName: "path"),
        completion: .file())
    var textfile: String?

    func run() throws {
        guard let textfile else { return try options.settings.call({ GetMetrics() }, CommandAnswer.init) }
        let answer = try options.settings.ask(GetMetrics())
        try PublicFile(path: textfile).replace(with: PrometheusText(openMetrics: answer.text).text)
    }
}

extension CommandAnswer {
    fileprivate init(_ answer: MetricsAnswer) {
        self.init(answer.text.hasSuffix("\n") ? String(answer.text.dropLast()) : answer.text)
    }
}
