// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import SessiondSystemd

@Suite(.timeLimit(.minutes(10))) struct SystemdLogHandlerTests {
    private let sink = GateSink(isOpen: true)

    @Test func turnsAnEventIntoAnEntry() throws {
        let (logger, log) = try make()
        logger.notice("signed in", metadata: ["PEER_UID": "\(7)", "SESSION_METHOD": "session.signIn"])
        #expect(log.flush(within: .seconds(30)))
        #expect(sink.messages == ["signed in"])
        #expect(sink.written.first?.level == .notice)
        #expect(fields() == ["PEER_UID": "7", "SESSION_METHOD": "session.signIn"])
    }

    @Test func dropsKeysThatAreNoFieldNames() throws {
        let (logger, log) = try make()
        logger.info("text", metadata: ["request-id": "1", "_PID": "1", "MESSAGE": "other", "OK": "yes"])
        #expect(log.flush(within: .seconds(30)))
        #expect(fields() == ["OK": "yes"])
    }

    @Test func prefersTheEventOverTheProviderOverTheLogger() throws {
        let provider = Logger.MetadataProvider { ["A": "provider", "B": "provider"] }
        var (logger, log) = try make(provider)
        for key in ["A", "B", "C"] { logger[metadataKey: key] = "logger" }
        logger.info("text", metadata: ["A": "event"])
        #expect(log.flush(within: .seconds(30)))
        #expect(fields() == ["A": "event", "B": "provider", "C": "logger"])
    }

    @Test func sendsTheErrorAsAField() throws {
        let (logger, log) = try make()
        logger.error("text", error: SystemdError.thread(name: "log", errorNumber: 11))
        #expect(log.flush(within: .seconds(30)))
        #expect(fields()["ERROR"]?.hasPrefix("cannot start the thread log: ") == true)
    }

    @Test func changesTheLevelOfAllLoggersAtOnce() throws {
        let (first, log) = try make()
        let second = Logger(label: "second") { _ in log.makeHandler() }
        first.debug("silent")
        log.level.value = .debug
        first.debug("first")
        second.debug("second")
        #expect(log.flush(within: .seconds(30)))
        #expect(sink.messages == ["first", "second"])
    }

    @Test func keepsTheLevelThatALoggerWasGiven() throws {
        let (shared, log) = try make()
        var own = shared
        own.logLevel = .error
        log.level.value = .trace
        own.warning("silent")
        shared.trace("heard")
        #expect(log.flush(within: .seconds(30)))
        #expect(sink.messages == ["heard"])
    }

    @Test(arguments: Logger.Level.allCases)
    func sharesEveryLevel(level: Logger.Level) {
        #expect(SharedLogLevel(level).value == level)
    }

    private func make(_ provider: Logger.MetadataProvider? = nil) throws -> (Logger, SystemdLogging) {
        let log = try SystemdLogging(level: .info, sink: sink)
        return (Logger(label: "test") { _ in log.makeHandler(metadataProvider: provider) }, log)
    }

    private func fields() -> [String: String] {
        let pairs = sink.written.flatMap(\.fields).map { ($0.name, $0.value) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
