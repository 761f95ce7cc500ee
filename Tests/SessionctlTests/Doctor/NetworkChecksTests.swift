// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import Foundation
import SessionConfiguration
import Testing

@testable import SessionctlCommands
@testable import TestSupport

/// The way to the authority.
@Suite(.timeLimit(.minutes(10))) struct NetworkChecksTests {
    private func settings(_ baseURL: String, proxy: String? = nil) throws -> Settings {
        let folder = try TemporaryFolder()
        let text = "[Authority]\nKind=synerise\n[Synerise]\nBaseURL=\(baseURL)\nProxy=\(proxy ?? "")\n"
        try text.write(toFile: folder.file("c"), atomically: false, encoding: .utf8)
        return try ConfigurationLoader(.file(folder.file("c"))).load().settings
    }

    @Test func aNameThatHasAnAddressIsWell() throws {
        let finding = NameServiceCheck(settings: try settings("https://localhost")).examine()
        #expect(finding.result == .ok)
        #expect(finding.found.hasPrefix("localhost is "))
        #expect(NameServiceCheck(settings: try settings("https://127.0.0.1")).examine().result == .ok)
        #expect(NameServiceCheck(settings: try settings("https://[::1]")).examine() == .ok("[::1] is an address"))
    }

    @Test func aNameWithoutAnAddressIsAProblem() throws {
        // RFC 6761 §6.4: there is none, with and without a network.
        let finding = NameServiceCheck(settings: try settings("https://authority.invalid")).examine()
        #expect(finding.result == .problem)
        #expect(finding.found.hasPrefix("authority.invalid: "))
        #expect(finding.hint == "getent hosts authority.invalid; cat /etc/resolv.conf; resolvectl status")
    }

    @Test func aNameServerThatIsSilentIsNamedWithTheTimeItHad() throws {
        let finding = NameServiceCheck(settings: try settings("https://authority.invalid")).late(after: "5 s")
        #expect(
            finding
                == .problem(
                    "no name server has answered for authority.invalid within 5 s",
                    hint: "cat /etc/resolv.conf; resolvectl status"))
    }

    @Test func behindAProxyItsNameIsTheOneToKnow() throws {
        let settings = try settings("https://authority.invalid", proxy: "http://localhost:3128")
        #expect(NameServiceCheck(settings: settings).examine().found.hasPrefix("localhost is "))
    }

    @Test func theLocalAuthorityNeedsNoNetwork() {
        let skipped = DoctorFinding.skipped("the local authority needs no network")
        #expect(NameServiceCheck(settings: Settings()).examine() == skipped)
        #expect(
            TLSCheck(settings: Settings(), configFile: nil, account: nil, limits: DoctorLimits(step: .seconds(20)))
                .examine() == skipped)
        #expect(NameServiceCheck(settings: nil).examine().result == .skipped)
    }

    @Test func anyAuthorityWithoutANetworkIsSkippedInItsName() throws {
        let kind = AuthorityKind(
            name: "none", meaning: "a word", section: SettingSection(rawValue: "None"), keys: [], signIns: [],
            namedFiles: { _ in [NamedFile(setting: "WordFile", path: "/nowhere/word", isSecret: false)] })
        var settings = Settings()
        settings.authority.kind = kind
        #expect(NameServiceCheck(settings: settings).examine() == .skipped("the none authority needs no network"))
        #expect(NamedFilesCheck(settings: settings, account: .root, sandbox: .none).examine().result == .problem)
        let status = Sample.status.replacing(#"{"kind":"local""#, with: #"{"kind":"none""#)
        var check = AuthorityCheck(daemon: try .sample(status: status, health: Sample.health), remedies: .service)
        check.schema = SettingSchema(kinds: [kind])
        #expect(check.examine() == .ok("none: this device issues its tokens itself"))
    }

    @Test func theDaemonsOwnBinaryAsksTheAuthority() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let settings = try settings("https://localhost")
        func finding(_ body: String, within limit: Duration = .seconds(60)) async throws -> DoctorFinding {
            TLSCheck(
                settings: settings, configFile: "/f", account: nil, limits: DoctorLimits(step: limit),
                program: try await script(body, in: folder)
            ).examine()
        }
        #expect(try await finding(#"echo "$*""#) == .ok("--check-authority --config /f"))
        #expect(
            try await finding("echo 'error: expired' >&2; echo 'hint: renew it' >&2; exit 69")
                == .problem("expired", hint: "renew it"))
        let trial = TLSCheck(
            settings: try self.settings("http://127.0.0.1:8080"), configFile: nil, account: nil,
            limits: DoctorLimits(step: .seconds(60)), program: try await script("echo it answers", in: folder))
        #expect(
            trial.examine()
                == .warning(
                    """
                    it answers; not encrypted: passwords and tokens go there in the clear, to whatever program of this \
                    device has that port
                    """, hint: "for more than a trial, an address that begins with https://"))
        #expect(try await finding("exit 1").found == "sessiond --check-authority ended with 1")
        #expect(
            try await finding("exec tail -f /dev/null", within: .milliseconds(100))
                == .problem(
                    "the authority did not answer within 0.1 s",
                    hint: """
                        see the network and the firewalls on the way there; to wait longer: sessiond --check-authority \
                        --config /f
                        """))
        let missing = TLSCheck(
            settings: settings, configFile: nil, account: nil, limits: DoctorLimits(step: .seconds(60)),
            program: "/nowhere/sessiond")
        #expect(missing.examine().result == .skipped)
        // It reads the files itself.
        let unusable = TLSCheck(
            settings: settings, isUsable: false, configFile: nil, account: nil,
            limits: DoctorLimits(step: .seconds(60)), program: try await script("exit 1", in: folder))
        #expect(unusable.examine() == .skipped("not before configuration is well"))
    }

    private func authority(_ json: String, tokenState: String = "valid", health: String = Sample.health) throws
        -> DoctorFinding
    {
        let status = Sample.status
            .replacing(#"{"kind":"local","reachable":true}"#, with: json)
            .replacing(#""tokenState":"valid""#, with: #""tokenState":"\#(tokenState)""#)
        return AuthorityCheck(daemon: try .sample(status: status, health: health), remedies: .service).examine()
    }

    @Test func anAuthorityThatAnswersIsWell() throws {
        #expect(try authority(#"{"kind":"local","reachable":true}"#).result == .ok)
        // Somebody's wrong password, perhaps: no matter while there is a token.
        let rejected = #"{"kind":"synerise","reachable":true,"lastError":"authorityRejected 401"}"#
        #expect(try authority(rejected) == .ok("synerise: reachable, the token is valid"))
        let health = #"{"ready":true,"problems":[{"name":"authorityRejected","hint":"it says no"}]}"#
        let refused = try authority(rejected, tokenState: "none", health: health)
        #expect(refused.result == .problem)
        #expect(
            refused.found
                == "synerise: it answers, but with no (authorityRejected 401): it says no")
        #expect(refused.hint?.hasSuffix("APIKey=), then: systemctl reload sessiond") == true)
    }

    @Test func whatIsSetUpWrongIsNamedWhetherOrNotThereIsAToken() throws {
        let health = #"{"ready":true,"problems":[{"name":"authorityUnavailable","hint":"it refuses the client"}]}"#
        let wrong = #"{"kind":"openid","reachable":true,"lastError":"misconfigured 401"}"#
        #expect(
            try authority(wrong, health: health)
                == .warning(
                    "openid: it answers, but something is set up wrong (misconfigured 401): it refuses the client",
                    hint: "put it right in the settings, or at the authority, then: systemctl reload sessiond"))
        #expect(try authority(wrong, tokenState: "none", health: health).result == .problem)
    }

    @Test func anAuthorityThatHasNotAnsweredYetIsNotCalledReachable() throws {
        let silent = #"{"kind":"synerise","reachable":true}"#
        #expect(
            try authority(silent) == .ok("synerise: not asked since sessiond was started, the token is valid"))
        #expect(
            try authority(silent, tokenState: "none")
                == .warning(
                    "synerise: it has not answered yet, and there is no token",
                    hint: "see dns and tls above; it is being asked"))
        let answered = #"{"kind":"synerise","reachable":true,"lastAnsweredAt":"2026-11-23T05:02:04Z"}"#
        #expect(try authority(answered, tokenState: "none") == .ok("synerise: reachable, no token yet"))
    }

    @Test func anAuthorityThatDoesNotAnswerIsAProblemOnceThereIsNoToken() throws {
        let health = #"{"ready":true,"problems":[{"name":"authorityUnavailable","hint":"it is down"}]}"#
        let away = #"{"kind":"synerise","reachable":false,"nextAttemptAt":"2026-11-23T05:02:04Z"}"#
        let known = try authority(away, health: health)
        #expect(known.result == .warning)
        #expect(known.found == "synerise: it is down")
        #expect(known.hint?.hasSuffix("sessiond asks again at 2026-11-23T05:02:04Z") == true)
        #expect(try authority(away, tokenState: "expired").result == .problem)
        #expect(AuthorityCheck(daemon: try .absent(), remedies: .service).examine().result == .skipped)
    }
}
