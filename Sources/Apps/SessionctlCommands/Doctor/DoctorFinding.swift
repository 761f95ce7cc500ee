// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// What a check has found: the result, one line, and what to do about it.
struct DoctorFinding: Sendable, Equatable {
    /// How it stands; a later case is worse.
    enum Result: String, Sendable, Comparable, CaseIterable {
        /// Not looked at: there is nothing to look at, or the caller may not.
        case skipped
        /// As it should be.
        case ok
        /// It works, and somebody should know.
        case warning
        /// Something does not work, or is open that should not be.
        case problem

        static func < (left: Result, right: Result) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// How it stands.
    let result: Result
    /// What was found, on one line; never a secret, a login or an identifier.
    let found: String
    /// What to do, a command where there is one; `nil` where there is nothing to do.
    let hint: String?

    private init(_ result: Result, _ found: String, _ hint: String?) {
        (self.result, self.found, self.hint) = (result, found.onOneLine, hint?.withVerbs.onOneLine)
    }

    /// All is well.
    static func ok(_ found: String) -> DoctorFinding { DoctorFinding(.ok, found, nil) }

    /// Nothing was looked at; `hint`: what makes it possible.
    static func skipped(_ reason: String, hint: String? = nil) -> DoctorFinding {
        DoctorFinding(.skipped, reason, hint)
    }

    /// It works, but.
    static func warning(_ found: String, hint: String) -> DoctorFinding { DoctorFinding(.warning, found, hint) }

    /// It does not work.
    static func problem(_ found: String, hint: String) -> DoctorFinding { DoctorFinding(.problem, found, hint) }

    /// One finding for several: the worst result, with what led to it first and what is well left out beside it.
    init(worstOf findings: [DoctorFinding]) {
        let worst = findings.map(\.result).max() ?? .ok
        let told = findings.filter { $0.result >= min(worst, .warning) }
        // The worse before the others, else as they came.
        let ordered = Result.allCases.reversed().flatMap { result in told.filter { $0.result == result } }
        let hints = ordered.compactMap(\.hint).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        self.init(
            worst, ordered.map(\.found).joined(separator: worst > .ok ? "; " : ", "),
            hints.isEmpty ? nil : hints.joined(separator: "; "))
    }
}

extension String {
    /// The text without the control characters that files and other programs may have put into it.
    fileprivate var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? " " : $0 }))
    }
}
