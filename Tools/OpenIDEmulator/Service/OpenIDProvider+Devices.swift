// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import Crypto
import SessionProtocol

extension OpenIDProvider {
    /// RFC 8628 §3.1.
    mutating func authorizeDevice(_ form: Form, _ client: ClientOption) throws(OAuthError) -> Answer {
        if behaviour.devicePKCE { _ = try form.required("code_challenge") }
        let device = DeviceRequest(
            deviceCode: Random.token(), userCode: Random.userCode(), clientID: client.id, scope: form["scope"] ?? "",
            challenge: form["code_challenge"], endSeconds: clock.nowSeconds + behaviour.deviceCodeSeconds,
            intervalSeconds: behaviour.intervalSeconds)
        state.devices.append(device)
        let page = "\(issuer)/device"
        return .json { writer in
            writer.member("device_code", device.deviceCode)
            writer.member("user_code", device.userCode)
            writer.member("verification_uri", page)
            if behaviour.completesURI {
                writer.member("verification_uri_complete", "\(page)?user_code=\(device.userCode)")
            }
            writer.member("expires_in", behaviour.deviceCodeSeconds)
            writer.member("interval", device.intervalSeconds)
        }
    }

    /// RFC 8628 §3.4, §3.5.
    mutating func redeemDevice(_ form: Form, _ client: ClientOption) throws(OAuthError) -> Answer {
        let code = try form.required("device_code")
        guard let index = state.devices.firstIndex(where: { $0.deviceCode == code && $0.clientID == client.id }) else {
            throw .invalidGrant("there is no such device code")
        }
        if behaviour.pollScope, form["scope"] == nil { throw OAuthError("invalid_scope", "the scope is missing") }
        try OpenIDProvider.check(form["code_verifier"], of: state.devices[index].challenge)
        try checkPace(&state.devices[index])
        let device = state.devices[index]
        guard device.endSeconds > clock.nowSeconds else { throw OAuthError("expired_token", "the code has expired") }
        switch device.decision {
        case .pending: throw OAuthError("authorization_pending", "nobody has approved yet")
        case .denied: throw OAuthError("access_denied", "the person has denied")
        case .approved(let login):
            guard !device.isRedeemed || behaviour.redeemsTwice else { throw .invalidGrant("the code was used") }
            state.devices[index].isRedeemed = true
            let grant = addGrant(login: login, client, scope: device.scope, nonce: nil)
            return try tokens(grant, withIDToken: behaviour.deviceIDToken)
        }
    }

    /// RFC 8628 §3.5: 5 seconds more, for good, for who comes too early.
    private func checkPace(_ device: inout DeviceRequest) throws(OAuthError) {
        let (now, last) = (clock.nowMilliseconds, device.lastPollMilliseconds)
        device.lastPollMilliseconds = now
        guard behaviour.slowsDown, device.decision == .pending, let last, now - last < device.intervalSeconds * 1000
        else {
            return
        }
        device.intervalSeconds += 5
        throw OAuthError("slow_down", "so often is too often")
    }

    /// RFC 7636 §4.6, S256 alone.
    static func check(_ verifier: String?, of challenge: String?) throws(OAuthError) {
        guard let challenge else { return }
        guard let verifier else { throw .invalidRequest("code_verifier is required") }
        guard Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) == challenge else {
            throw .invalidGrant("the verifier is not that of the challenge")
        }
    }

    /// Lets a device in, or does not, as the person has decided.
    mutating func decide(userCode: String?, login: String?) throws(OptionError) {
        let open = state.devices.indices.filter {
            state.devices[$0].decision == .pending && state.devices[$0].endSeconds > clock.nowSeconds
        }
        // People leave out the hyphen, and write small letters.
        let plain = { (code: String) in code.uppercased().filter { $0.isLetter } }
        let index =
            userCode.map { code in open.first { plain(state.devices[$0].userCode) == plain(code) } } ?? open.last
        guard let index else { throw OptionError("no device waits with that code") }
        guard let login else {
            state.devices[index].decision = .denied
            return
        }
        guard account(login) != nil else { throw OptionError("there is no account \(login)") }
        state.devices[index].decision = .approved(login: login)
    }

    func account(_ login: String) -> AccountOption? { accounts.first { $0.login == login } }
}
