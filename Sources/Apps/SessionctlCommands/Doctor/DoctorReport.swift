// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// How findings are shown: result, name and what was found, and below what is not well what to do about it.
struct DoctorReport {
    private let display: Display

    // The longest name, `configuredFiles`, and the longest result, with two blanks behind each.
    private static let (resultWidth, nameWidth) = (9, 17)
    private static let hintMark = "hint: "

    init(display: Display) {
        self.display = display.forReports
    }

    /// The lines of a finding, each with its LF.
    func text(_ name: String, _ finding: DoctorFinding) -> String {
        let result = finding.result.rawValue
        let padding = String(repeating: " ", count: max(1, DoctorReport.resultWidth - result.count))
        let column = DoctorReport.resultWidth + DoctorReport.nameWidth
        let line =
            display.text(result, in: finding.result.colour) + padding + name.padded(to: DoctorReport.nameWidth)
            + display.wrapped(finding.found, behind: column)
        return line + "\n" + (finding.hint.map(hint) ?? "")
    }

    // Each part of a hint, often a command, begins a line, nearer to the margin so that more fit whole.
    private func hint(_ hint: String) -> String {
        let column = DoctorReport.resultWidth + DoctorReport.hintMark.count
        let parts = hint.split(separator: "; ").map { display.wrapped(String($0), behind: column) }
        return String(repeating: " ", count: DoctorReport.resultWidth) + DoctorReport.hintMark
            + parts.joined(separator: "\n" + String(repeating: " ", count: column)) + "\n"
    }

    /// The last line: how many problems and warnings there are, and where.
    func summary(_ findings: [(name: String, finding: DoctorFinding)]) -> String {
        func part(_ result: DoctorFinding.Result) -> String? {
            let names = findings.filter { $0.finding.result == result }.map(\.name)
            guard !names.isEmpty else { return nil }
            return "\(names.count) \(result.rawValue)\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))"
        }
        let warnings = part(.warning).map { "; \($0)" } ?? ""
        return display.wrapped("\(part(.problem) ?? "No problem")\(warnings).", behind: 0) + "\n"
    }

    /// All of them as one JSON object.
    static func json(_ findings: [(name: String, finding: DoctorFinding)]) -> JSONValue {
        let checks = findings.map { name, finding in
            var members = [
                JSONMember("name", .string(name)), JSONMember("result", .string(finding.result.rawValue)),
                JSONMember("found", .string(finding.found)),
            ]
            if let hint = finding.hint { members.append(JSONMember("hint", .string(hint))) }
            return JSONValue.object(members)
        }
        let isOK = findings.allSatisfy { $0.finding.result < .problem }
        return .object([JSONMember("checks", .array(checks)), JSONMember("ok", .bool(isOK))])
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}

extension DoctorFinding.Result {
    fileprivate var colour: Display.Colour {
        switch self {
        case .ok: .green
        case .skipped: .faint
        case .warning: .yellow
        case .problem: .red
        }
    }
}
