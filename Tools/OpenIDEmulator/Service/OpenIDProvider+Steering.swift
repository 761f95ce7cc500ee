// SPDX-License-Identifier: Apache-2.0

import AuthorityEmulator
import SessionProtocol

/// The calls of its own that steer it; bodies and answers are JSON objects:
/// - `POST approve {"account", "user_code"?}`, `POST deny {"user_code"?}`: what a person does on the page for devices;
///   without a code, to the device that has asked last
/// - `GET devices` → `{"devices":[{"userCode","clientID","scope"}]}`: those that wait
/// - `POST authorize {"url", "account"?}` → `{"callbackURL"}`: what a person does with an authorization URL; without an
///   account they deny
/// - `POST revoke-grant {"account"}`, `{"sub"}` or `{"all":true}` → `{"revoked":COUNT}`: a central logout
/// - `GET grants` → `{"grants":[{"account","clientID","scope","revoked","refreshTokenSHA256"?}]}`
/// - `POST accounts {"login", "email"?, "sub"?, "claims"?}`: adds a person, or replaces what is known of one
/// - `GET options`, `POST options {NAME:VALUE…}` → `{"options":{…}}`
extension OpenIDProvider {
    mutating func steer(_ call: String, _ request: Request) throws(OptionError) -> Answer {
        switch call {
        case "GET devices": return waitingDevices()
        case "GET grants": return grantList()
        case "GET options": return optionList()
        default: break
        }
        let body = try ControlBody(request)
        switch call {
        case "POST approve":
            guard let login = try body.string("account") else { throw OptionError("account is required") }
            try decide(userCode: try body.string("user_code"), login: login)
        case "POST deny": try decide(userCode: try body.string("user_code"), login: nil)
        case "POST authorize": return try authorize(body)
        case "POST revoke-grant": return try revokeGrant(body)
        case "POST accounts":
            let account = try AccountOption(body)
            accounts.removeAll { $0.login == account.login }
            accounts.append(account)
        case "POST options":
            var changed = behaviour
            for member in body.value.members ?? [] { try changed.set(member.name, member.value) }
            behaviour = changed
            return optionList()
        default: return try noControl(call)
        }
        return .json { _ in }
    }

    private mutating func authorize(_ body: ControlBody) throws(OptionError) -> Answer {
        guard let url = try body.string("url") else { throw OptionError("url is required") }
        let form = Form(of: url)
        do {
            try checkClient(form)
        } catch {
            throw OptionError(error.description)
        }
        guard let callback = response(form, login: try body.string("account")) else {
            throw OptionError("there is no such account")
        }
        return .json { $0.member("callbackURL", callback) }
    }

    private mutating func revokeGrant(_ body: ControlBody) throws(OptionError) -> Answer {
        let (login, sub, all) = (try body.string("account"), try body.string("sub"), try body.bool("all") ?? false)
        guard login != nil || sub != nil || all else { throw OptionError("account, sub or all:true is required") }
        let logins = Set(accounts.filter { all || $0.login == login || $0.sub == sub }.map(\.login))
        let count = revokeGrants { all || logins.contains($0.login) }
        return .json { $0.member("revoked", count) }
    }

    private func waitingDevices() -> Answer {
        let waiting = state.devices.filter { $0.decision == .pending && $0.endSeconds > clock.nowSeconds }
        return OpenIDProvider.list("devices", waiting) { device, writer in
            writer.member("userCode", device.userCode)
            writer.member("clientID", device.clientID)
            writer.member("scope", device.scope)
        }
    }

    private func grantList() -> Answer {
        OpenIDProvider.list("grants", state.grants) { grant, writer in
            writer.member("account", grant.login)
            writer.member("clientID", grant.clientID)
            writer.member("scope", grant.scope)
            writer.member("revoked", grant.isRevoked)
            writer.member("refreshTokenSHA256", grant.refreshToken.map(SHA256Hex.of))
        }
    }

    private func optionList() -> Answer { .json { $0.member("options", .object(behaviour.json)) } }

    private static func list<Item>(
        _ name: String, _ items: [Item], _ write: (Item, inout JSONWriter) -> Void
    ) -> Answer {
        .json { writer in
            writer.name(name)
            writer.beginArray()
            for item in items {
                writer.beginObject()
                write(item, &writer)
                writer.endObject()
            }
            writer.endArray()
        }
    }
}
