// SPDX-License-Identifier: Apache-2.0

/// Problems in the order they were found, bounded by ``ConfigurationLimits/maximumProblems``.
struct ProblemList {
    private var kept: [ConfigurationProblem] = []
    private var firstOmitted: ConfigurationProblem?
    private var omittedCount = 0

    var isEmpty: Bool { kept.isEmpty }

    mutating func add(_ problem: ConfigurationProblem) {
        if kept.count < ConfigurationLimits.maximumProblems {
            kept.append(problem)
        } else {
            firstOmitted = firstOmitted ?? problem
            omittedCount += 1
        }
    }

    /// Those kept, and where some are missing a last one that counts them.
    var all: [ConfigurationProblem] {
        guard let firstOmitted else { return kept }
        let message = "\(omittedCount) more from here on, not shown"
        return kept + [ConfigurationProblem(path: firstOmitted.path, line: firstOmitted.line, message: message)]
    }
}
