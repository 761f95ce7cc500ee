// SPDX-License-Identifier: Apache-2.0

import CSessiondLinux
import Glibc
import SessionProtocol

/// How findings are shown: a line each, and below what is not well a line with what to do.
struct DoctorReport {
    /// Whether results have colours.
    let isColoured: Bool

    // The longest name, `configuredFiles`, and the longest result, with two blanks behind each.
    private static let (resultWidth, nameWidth) = (9, 17)

    /// The lines of a finding, each with its LF.
    func text(_ name: String, _ finding: DoctorFinding) -> String {
        let result = finding.result.rawValue
        let padding = String(repeating: " ", count: max(1, DoctorReport.resultWidth - result.count))
        let line = coloured(result, finding.result) + padding + name.padded(to: DoctorReport.nameWidth) + finding.found
        let indent = String(repeating: " ", count: DoctorReport.resultWidth + DoctorReport.nameWidth)
        return line + "\n" + (finding.hint.map { "\(indent)Hint: \($0)\n" } ?? "")
    }

    /// The last line: how many problems and warnings there are, and where.
    static func summary(_ findings: [(name: String, finding: DoctorFinding)]) -> String {
        func part(_ result: DoctorFinding.Result) -> String? {
            let names = findings.filter { $0.finding.result == result }.map(\.name)
            guard !names.isEmpty else { return nil }
            return "\(names.count) \(result.rawValue)\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))"
        }
        guard let problems = part(.problem) else { return "No problem\(part(.warning).map { "; \($0)" } ?? "").\n" }
        return "\(problems)\(part(.warning).map { "; \($0)" } ?? "").\n"
    }

    private func coloured(_ text: String, _ result: DoctorFinding.Result) -> String {
        guard isColoured else { return text }
        // SGR, ECMA-48 §8.3.117: green, faint, yellow, red; then as before.
        let code =
            switch result {
            case .ok: 32
            case .skipped: 2
            case .warning: 33
            case .problem: 31
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// Whether standard output shows colours, and nobody minds (no-color.org).
    static var outputIsColoured: Bool {
        isatty(STDOUT_FILENO) != 0 && environment("NO_COLOR").isEmpty && environment("TERM") != "dumb"
    }

    private static func environment(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }

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
