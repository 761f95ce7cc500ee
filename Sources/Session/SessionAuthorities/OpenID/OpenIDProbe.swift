// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import HTTPSClient
import SessionConfiguration
import SessionMachine
import SessionProtocol
import SessiondLinux
import SessiondPrimitives

/// Looks at an OpenID provider: what it says of itself, how people can sign in, whether it takes the client, and whether
/// the clocks agree.
struct OpenIDProbe {
    /// How far the clocks may differ, in seconds: id tokens are judged with as much.
    private static let clockSeconds: Int64 = 300

    let settings: OpenIDSettings
    /// Whether the client can show here who it is: its secret may be for the service alone.
    let knowsSecret: Bool
    private let provider: OpenIDProvider
    private let clock: any SessionClock

    init(_ settings: OpenIDSettings, knowsSecret: Bool, clock: any SessionClock = SystemClock()) {
        (self.settings, self.knowsSecret, self.clock) = (settings, knowsSecret, clock)
        provider = OpenIDProvider(settings: settings, kept: nil, clock: clock)
    }

    func examine() async -> [AuthorityProbe.Finding] {
        let began = clock.boottime
        let (metadata, serverTime): (OpenIDMetadata, Timestamp?)
        do throws(AuthorityFailure) { (metadata, serverTime) = try await provider.readMetadata() } catch {
            return [AuthorityProbe.Finding(error.message, isProblem: true, hint: error.hint)]
        }
        let span = (clock.boottime - began).milliseconds
        let known = metadata.overridden(by: settings.section)
        var findings = [AuthorityProbe.Finding("\(settings.issuer) says where its calls are, within \(span) ms")]
        findings.append(waysIn(known))
        if let serverTime { findings.append(clockFinding(serverTime)) }
        findings.append(await client())
        return findings
    }

    private func waysIn(_ metadata: OpenIDMetadata) -> AuthorityProbe.Finding {
        if let lack = metadata.missingWayIn(for: settings.section) {
            return AuthorityProbe.Finding(lack.message, isProblem: true, hint: lack.hint)
        }
        let hasBrowser = !settings.section.redirectURIs.isEmpty
        switch (metadata.deviceAuthorization != nil, hasBrowser) {
        case (true, true): return AuthorityProbe.Finding("people sign in with a code, or in a browser")
        case (true, false): return AuthorityProbe.Finding("people sign in with a code")
        case (false, true): return AuthorityProbe.Finding("people sign in in a browser; there are no codes")
        case (false, false):
            return AuthorityProbe.Finding("nobody can sign in there: there is the device's own token alone")
        }
    }

    private func clockFinding(_ serverTime: Timestamp) -> AuthorityProbe.Finding {
        let ahead = clock.now().wall.secondsSince1970 - serverTime.secondsSince1970
        guard abs(ahead) > OpenIDProbe.clockSeconds else { return AuthorityProbe.Finding("the clocks agree") }
        let word = ahead > 0 ? "ahead of" : "behind"
        return AuthorityProbe.Finding(
            "this device's clock is \(abs(ahead)) s \(word) the provider's", isProblem: true,
            hint: "set the time: \(ClockRemedy.text())")
    }

    // A grant that nobody has given is refused with other words where the client is known.
    private func client() async -> AuthorityProbe.Finding {
        guard knowsSecret else {
            return AuthorityProbe.Finding(
                "the client \(settings.clientID) was not tried: its secret is for the service alone, which tries it when "
                    + "it runs: sessionctl health")
        }
        do throws(AuthorityFailure) {
            guard let address = try await provider.metadata().token else { throw .missing("TokenEndpoint") }
            let fields = [("grant_type", "refresh_token"), ("refresh_token", "none")]
            let response = try await provider.post(address, fields)
            _ = try OpenIDAnswer.members(of: response, to: .refresh)
        } catch {
            switch error.meaning {
            case .rejected: break
            case .misconfigured: return AuthorityProbe.Finding(error.message, isProblem: true, hint: error.hint)
            case .unavailable, .unsupported:
                return AuthorityProbe.Finding(
                    "the provider does not say whether it knows the client \(settings.clientID): \(error.message)")
            }
        }
        return AuthorityProbe.Finding("the provider knows the client \(settings.clientID)")
    }
}
