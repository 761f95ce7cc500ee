// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionConfiguration
import SessionMachine
import SessionProtocol

/// Makes the authority that is the Synerise REST API.
struct SyneriseFactory: AuthorityFactory {
    var kind: AuthorityKind { .synerise }

    func choose(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityChoice {
        let configured = settings.synerise
        let found = try configured.readAPIKey(surroundings)
        let key = found.secret
        var synerise = SyneriseSettings(http: try configured.httpOptions(), apiKey: key)
        synerise.deviceID =
            switch configured.deviceID {
            case .automatic: deviceID(surroundings)
            case .fixed(let text): text
            }
        synerise.signOutPath = configured.signOutPath
        synerise.deleteAccountPath = configured.deleteAccountPath
        synerise.simpleAuthenticationPath = configured.simpleAuthenticationPath
        return AuthorityChoice(
            kind: kind, contents: found.file.map { [$0: key] } ?? [:],
            credentials: found.credential.map { [$0] } ?? []
        ) { [synerise] keys, clock in
            var settings = synerise
            settings.apiKey = keys.apiKey(configured: key)
            return SyneriseAuthority(settings: settings, clock: clock)
        }
    }

    func probe(_ settings: Settings, _ surroundings: AuthoritySurroundings) throws(SessionError) -> AuthorityProbe? {
        AuthorityProbe(reaching: try settings.synerise.httpOptions())
    }

    private func deviceID(_ surroundings: AuthoritySurroundings) -> String? {
        do throws(AuthoritySurroundings.Unreadable) { return try surroundings.machineID() } catch {
            surroundings.warn("\(error); requests name no device: set [Synerise] DeviceID= to have one named")
            return nil
        }
    }
}
