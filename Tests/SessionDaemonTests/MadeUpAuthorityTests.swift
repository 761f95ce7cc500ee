// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import Logging
import SessionConfiguration
import SessionProtocol
import SessiondSystemd
import Testing

@testable import SessionAuthorities
@testable import SessionDaemon
@testable import SessionMachine
@testable import TestSupport

/// An authority of a third kind goes from the configuration's files to a token, and nothing but its own files had to be
/// written for it.
@Suite(.timeLimit(.minutes(10))) struct MadeUpAuthorityTests {
    private static let authorities = AuthorityList(
        KnownAuthority.allCases.map(\.factory) + [MadeUpFactory()])
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Array("word".utf8), to: "word")
    }

    @Test func itsTokenReachesWhoAsksForOne() async throws {
        let configuration = try configuration()
        let session = try begin(configuration)
        let token = try await call(.retrieveToken(RetrieveToken()), session) as? TokenAnswer
        #expect(token?.token.reveal() == "word" && token?.facts.origin == .anonymous)
        let status = try await call(.status, session) as? SessionStatus
        #expect(status?.authority.kind == "none" && status?.authority.reachable == true)
    }

    @Test func whatItCannotDoIsRefusedInItsName() async throws {
        let session = try begin(configuration())
        _ = try await call(.retrieveToken(RetrieveToken()), session)
        for (refused, message) in [
            (SessionCall.changeAPIKey(ChangeAPIKey(apiKey: Secret("k"))), "the none authority has no API key"),
            (.profile, "the none authority has no profiles"),
        ] {
            await #expect(throws: SessionError(.unsupported, message)) { try await call(refused, session) }
        }
    }

    @Test func itsSettingsAreReadAndCheckedLikeOthers() throws {
        let schema = Self.authorities.schema
        #expect(schema.keys.map(\.description).contains("None.WordFile"))
        #expect(schema.key("Kind", in: .authority)?.form.hasSuffix(", none") == true)
        try folder.write(Array("[Authority]\nKind=none\n[None]\nWord=x\n".utf8), to: "c")
        let error = #expect(throws: ConfigurationError.self) { try loader.load() }
        #expect(
            error?.problems.map(\.message) == ["none needs WordFile= in [None], which is not set"]
                && error?.problems.first?.expected == "WordFile=/PATH, or Kind=local")
        #expect(error?.warnings.map(\.message) == ["unknown key in [None], ignored; did you mean WordFile=?"])
    }

    @Test func itsFilesAreThoseThatItsSettingsName() throws {
        let settings = try configuration().settings
        #expect(settings.authority.kind.namedFiles(settings).map(\.path) == [folder.file("word")])
    }

    @Test func anotherWordInItsFileIsAnotherSettingAtAReload() throws {
        let before = try configuration()
        #expect(try ReloadPlan(from: before, to: configuration()).applied == [])
        try folder.write(Array("other".utf8), to: "word")
        let plan = try ReloadPlan(from: before, to: configuration())
        #expect(plan.applied == ["None.WordFile"] && plan.replacesAuthority)
    }

    @Test func anotherKindHasToWaitForARestartWithItsSettings() throws {
        let plan = try ReloadPlan(from: configuration(), to: configuration("[Local]\nTokenLifetimeSec=60\n"))
        #expect(plan.applied == [] && !plan.replacesAuthority)
        #expect(plan.needsRestart == ["Authority.Kind", "Local.TokenLifetimeSec", "None.WordFile"])
    }

    private var loader: ConfigurationLoader {
        ConfigurationLoader(.file(folder.file("c")), schema: Self.authorities.schema)
    }

    private func configuration(_ text: String? = nil) throws -> DaemonConfiguration {
        let text = text ?? "[Authority]\nKind=none\n[None]\nWordFile=\(folder.file("word"))\n"
        try folder.write(Array(text.utf8), to: "c")
        let configuration = DaemonConfiguration(
            loader, at: SystemClock().now(), logger: logger, authorities: Self.authorities)
        #expect(configuration.unusable == nil)
        return configuration
    }

    private func begin(_ read: DaemonConfiguration) throws -> DeviceSession {
        var configuration = read
        var inherited: [InheritedDescriptor] = []
        let start = SessionStart(
            folder: folder.path, markFolder: nil, clock: SystemClock(),
            keeper: DescriptorKeeper(taking: &inherited, logger: logger), key: StateKey(), logger: logger)
        guard let stored = try start.open(&configuration) else { throw try #require(configuration.unusable) }
        return start.begin(
            stored, configuration, with: try configuration.authority.get(),
            observer: DeviceSession.Observer(
                publish: { _ in }, announce: { _ in }, storeChanged: { _ in }, signOutEnded: { _ in }))
    }

    private func call(_ call: SessionCall, _ session: DeviceSession) async throws -> any SessionResponse {
        try await withCheckedContinuation { continuation in
            session.submit(1, call) { continuation.resume(returning: $0) }
        }.get()
    }
}
