// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionConfiguration
import SessionProtocol

struct StatusCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show who the customer is and how the session stands.")

    @OptionGroup var options: GlobalOptions

    func request() -> GetStatus { GetStatus() }

    func answer(_ status: SessionStatus) -> CommandAnswer { CommandAnswer(status.text) }
}

extension SessionStatus {
    /// The status for people.
    var text: String {
        var fields = Fields()
        addCustomer(to: &fields)
        addToken(to: &fields)
        fields.add(
            "Signing in",
            pendingSignIn.map { pending in
                let how = pending.method == SignInMethod.device.rawValue ? "with another device" : "in a browser"
                return "\(how), until \(pending.expiresAt.shown)"
            })
        fields.add("Generation", String(generation))
        addAuthority(to: &fields)
        fields.add("Clock ahead", authority.clockSkewSeconds.map { spanText(seconds: $0) })
        fields.add("Store", [store.state.rawValue, store.sealed ? "encrypted" : "not encrypted"])
        return fields.text
    }

    private func addAuthority(to fields: inout Fields) {
        let isUnasked = authority.reachable && authority.lastAnsweredAt == nil && authority.lastError == nil
        let isHere = SettingSchema.known.kind(authority.kind).map { $0.network == nil } ?? false
        let standing =
            if isHere {
                "on this device"
            } else if isUnasked {
                authority.nextAttemptAt == nil
                    ? "no answer since sessiond was started: it is asked when a token or a sign-in needs it"
                    : "no answer since sessiond was started"
            } else {
                authority.reachable ? "reachable" : "not reachable"
            }
        fields.add("Authority", [authority.kind, standing])
        fields.add("Last answer", isHere ? nil : authority.lastAnsweredAt?.shown)
        fields.add("Last error", authority.lastError)
        let isWell = authority.reachable && authority.lastError == nil
        // What is asked first with a token from before is the next one.
        let isRefresh = isWell && !(isUnasked && [.none, .expired].contains(tokenState))
        fields.add(isRefresh ? "Next refresh" : "Next attempt", authority.nextAttemptAt?.shown)
    }

    private func addCustomer(to fields: inout Fields) {
        fields.add("State", state.rawValue)
        fields.add("Signed in", signedIn ? "yes" : signedInViaSimpleAuthentication ? "no, recognised" : "no")
        fields.add("Login", login)
        fields.add("UUID", [uuid.description, uuidOrigin.rawValue])
        fields.add("Client ID", clientID)
        fields.add("E-mail label", customEmail)
        fields.add("Identifier label", customIdentifier)
    }

    private func addToken(to fields: inout Fields) {
        fields.add("Token", [tokenState.rawValue, origin?.rawValue])
        fields.add("Expires", [expiresAt?.shown, expiresInSeconds.map { "in " + spanText(seconds: $0) }])
        fields.add(
            "Session ends",
            [
                sessionEndsAt?.shown, sessionEndsInSeconds.map { "in " + spanText(seconds: $0) },
                sessionEndsBecause?.rawValue,
            ])
    }
}
