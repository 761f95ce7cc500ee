// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import SessionProtocol
import Testing

@testable import AccessRules
@testable import LineServer
@testable import SessionServer
@testable import TestSupport

@Suite(.timeLimit(.minutes(10))) struct ReloadTests {
    private static let answer = ReloadAnswer(
        applied: ["Limits.LineSec"], needsRestart: ["Store.Seal"], endsSession: false)
    private static let unusable = SessionError(.notConfigured, "c:3: no", hint: "correct it")

    @Test func managerAndJournalAreToldAndTheCallerGetsTheAnswer() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(1, .reload)
        try fixture.finishReload(ReloadOutcome(.success(Self.answer), configuration: fixture.configuration()))
        let answer = try await client.answer()
        #expect(try ReloadAnswer(json: try #require(answer.result)) == Self.answer)
        #expect(fixture.hooks.change { $0.reloads } == ["begins", "ended: Session none, generation 1"])
        try await fixture.awaitLine("the reload") { line in
            line.fields["MESSAGE_ID"] == JournalEvent.reloaded.rawValue && line.fields["OUTCOME"] == "ok"
                && line.fields["SETTINGS_APPLIED"] == "Limits.LineSec"
                && line.fields["SETTINGS_PENDING"] == "Store.Seal" && line.fields["PEER_PID"] == "\(getpid())"
                && line.fields["SESSION_METHOD"] == "daemon.reload"
        }
        // That is the one entry about it.
        let entries = fixture.log.change { $0.filter { $0.fields["SESSION_METHOD"] == "daemon.reload" } }
        #expect(entries.count == 1)
    }

    @Test func dryRunTellsNobody() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(1, .reload, #"{"dryRun":true}"#)
        try fixture.hooks.wait("the reload") { $0.pending.first?.dryRun == true }
        try fixture.finishReload(ReloadOutcome(.success(Self.answer)))
        #expect(try await client.answer().result != nil)
        #expect(fixture.hooks.change { $0.reloads } == [])
        #expect(!fixture.log.change { $0.contains { $0.fields["MESSAGE_ID"] == JournalEvent.reloaded.rawValue } })
    }

    @Test func whatIsWrongIsSaidUntilAReloadSucceeds() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(1, .reload)
        let kept = fixture.configuration(problem: "c:3: no")
        try fixture.finishReload(ReloadOutcome(.failure(Self.unusable), configuration: kept))
        #expect(try await client.answer().error == .init(id: 1, .notConfigured))
        #expect(try await client.result(of: GetInfo()).configuration.problem == "c:3: no")
        let health = try await client.result(of: GetHealth())
        #expect(health.ready && health.problems.map(\.name) == ["notConfigured"])
        #expect(health.problems.first?.hint.contains("c:3: no") == true)
        #expect(fixture.hooks.change { $0.reloads.last }?.hasSuffix("; not reloaded: c:3: no") == true)
        try client.call(2, .reload)
        try fixture.finishReload(ReloadOutcome(.success(Self.answer), configuration: fixture.configuration()))
        #expect(try await client.answer().result != nil)
        #expect(try await client.result(of: GetInfo()).configuration.problem == nil)
        #expect(try await client.result(of: GetHealth()).problems == [])
    }

    @Test func whatIsFoundOutBetweenTwoReloadsHoldsAtOnce() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        var configuration = fixture.configuration()
        let problem = HealthAnswer.Problem(name: "nameUnavailable", hint: "the group tills could not be asked")
        configuration.facts.accessProblem = problem
        try fixture.adopt(configuration)
        #expect(try await client.result(of: GetHealth()) == HealthAnswer(ready: true, problems: [problem]))
        configuration.facts.accessProblem = nil
        // Nobody is a user of that number: the connection has what the rules of now give it.
        configuration.access = AccessPolicy(rules: [], ownUser: 4_000_000_000)
        try fixture.adopt(configuration)
        #expect(try await client.result(of: GetHealth()).problems == [])
        try fixture.onLoop { service, loop in
            loop.forEachConnection {
                #expect(
                    $0.capabilities
                        == service.configuration.access.capabilities(of: $0.peer.credentials, isObserver: false))
            }
        }
        #expect(fixture.hooks.change { $0.reloads } == [])
    }

    @Test func managerIsToldThatAllIsWellWhenTheLastOfSeveralIsOver() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        for id in 1...3 as ClosedRange<Int64> { try client.call(id, .reload) }
        try fixture.hooks.wait("three") { $0.pending.count == 3 }
        for id in 1...3 as ClosedRange<Int64> {
            #expect(fixture.hooks.change { $0.reloads } == ["begins", "begins", "begins"])
            try fixture.finishReload(ReloadOutcome(.success(Self.answer)))
            #expect(try await client.answer().id == id)
        }
        #expect(fixture.hooks.change { $0.reloads.count } == 4)
    }

    @Test func whoWaitsInVainDoesNotStopIt() async throws {
        let fixture = try ServiceFixture()
        let (client, gone) = (try fixture.connect(), try fixture.connect())
        try gone.call(1, .reload)
        try client.call(2, .reload, #"{"_deadlineSeconds":1}"#)
        try fixture.hooks.wait("two") { $0.pending.count == 2 }
        gone.close()
        try fixture.advance(by: .seconds(2))
        let answer = try await client.text() ?? ""
        #expect(answer.contains("deadlineExceeded") && answer.contains(#""outcome":"unknown""#))
        for problem in ["first", "second"] {
            let configuration = fixture.configuration(problem: problem)
            try fixture.finishReload(ReloadOutcome(.failure(Self.unusable), configuration: configuration))
        }
        try fixture.settle()
        #expect(try await client.result(of: GetInfo()).configuration.problem == "second")
        let outcomes = fixture.log.change { lines in
            lines.filter { $0.fields["MESSAGE_ID"] == JournalEvent.reloaded.rawValue }.map { $0.fields["OUTCOME"] }
        }
        #expect(outcomes == ["notConfigured", "notConfigured"])
    }

    @Test func aTrialThatWasWaitedForInVainChangesNothing() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        try client.call(1, .reload, #"{"dryRun":true,"_deadlineSeconds":1}"#)
        try fixture.hooks.wait("one") { $0.pending.count == 1 }
        try fixture.advance(by: .seconds(2))
        let answer = try await client.text() ?? ""
        #expect(answer.contains("deadlineExceeded") && answer.contains("there was no answer in time"))
        #expect(!answer.contains("outcome") && !answer.contains("change"))
        try fixture.finishReload(ReloadOutcome(.success(Self.answer)))
    }

    @Test func hangUpIsAReloadByWhoeverSentIt() async throws {
        let fixture = try ServiceFixture()
        fixture.signal(SIGHUP)
        try fixture.finishReload(ReloadOutcome(.success(Self.answer), configuration: fixture.configuration()))
        try await fixture.awaitLine("the reload") { line in
            line.text.contains("SIGHUP of user \(getuid())") && line.fields["PEER_PID"] == "\(getpid())"
        }
        // Nor has it ended anything.
        #expect(try await fixture.connect().result(of: GetHealth()).ready)
    }

    @Test func logLevelIsChangedAndThatIsLoggedAtALevelThatIsLogged() async throws {
        let fixture = try ServiceFixture()
        let client = try fixture.connect()
        for (level, shown) in [(SetLogLevel.Level.critical, "critical"), (.debug, "notice")] {
            _ = try await client.result(of: SetLogLevel(level: level))
            try await fixture.awaitLine("the change") { line in
                line.text.hasPrefix("log level changed to \(level.rawValue)") && line.level.rawValue == shown
                    && line.fields["MESSAGE_ID"] == JournalEvent.logLevelChanged.rawValue
            }
        }
        #expect(fixture.hooks.change { $0.logLevels } == [.critical, .debug])
    }
}
