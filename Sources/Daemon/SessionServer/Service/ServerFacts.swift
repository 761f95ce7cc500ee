// SPDX-License-Identifier: Apache-2.0

package import SessionMachine
package import SessionProtocol

/// What is fixed for as long as the daemon runs with one configuration.
package struct ServerFacts: Sendable {
    /// Which token reads are logged, `LogTokenReads=`.
    package enum TokenReadLog: Sendable {
        /// None.
        case no
        /// Each user's first of a customer.
        case first
        /// Each.
        case all
    }

    /// The version of the protocol.
    static let protocolVersion: Int64 = 1
    /// What was added to it since 1.0.
    static let features = [SignInRequestAnswer.feature, OnBehalfOf.feature]

    /// Name and version, such as `sessiond/1.0.0`.
    package var server: String
    /// When the daemon started.
    package var startedAt: Moment
    /// Where its settings come from.
    package var configuration: InfoAnswer.Configuration
    /// The folder that the session is stored in; `nil`: none.
    package var stateDirectory: String?
    /// Why nothing can be done with them; `nil` where they are usable.
    package var unusable: SessionError? {
        didSet { isUsable = unusable == nil }
    }
    /// Whether they are usable: what every request asks, and an error costs more to look at.
    private(set) var isUsable: Bool
    /// What is wrong for as long as the daemon runs, beside what ``unusable`` says.
    package var problems: [HealthAnswer.Problem]
    /// Why rules do not count for everybody they are for; `nil`: they do.
    package var accessProblem: HealthAnswer.Problem?
    /// Which token reads are logged.
    package var logTokenReads: TokenReadLog

    package init(
        server: String, startedAt: Moment, configuration: InfoAnswer.Configuration, stateDirectory: String? = nil,
        unusable: SessionError?, problems: [HealthAnswer.Problem] = [],
        accessProblem: HealthAnswer.Problem? = nil, logTokenReads: TokenReadLog
    ) {
        (self.server, self.startedAt, self.configuration) = (server, startedAt, configuration)
        self.stateDirectory = stateDirectory
        (self.unusable, self.problems, self.accessProblem) = (unusable, problems, accessProblem)
        self.logTokenReads = logTokenReads
        isUsable = unusable == nil
    }

    /// Refuses everything but what root asks about the daemon itself, where the configuration cannot be used.
    func refuseUnusable(_ method: Method, _ caller: Caller) throws(SessionError) {
        guard let unusable else { return }
        switch method {
        case .hello, .info, .health, .metrics, .setLogLevel, .reload:
            if !caller.isTrusted { throw unusable }
        default: throw unusable
        }
    }
}
