// SPDX-License-Identifier: Apache-2.0

package import AuthorityEmulator
import SessionProtocol

/// The calls of its own that steer it:
/// - `POST lifetime {"seconds"}`: of tokens made from now on
/// - `POST revoke {"jti", "token", "uuid", "login"}`, any of them, or `{"all":true}` → `{"revoked":COUNT}`
extension Synerise {
    package mutating func control(_ call: String, _ request: Request) throws(OptionError) -> Answer {
        switch call {
        case "POST lifetime": try setLifetime(try ControlBody(request))
        case "POST revoke": try revoke(try ControlBody(request))
        default: try noControl(call)
        }
    }

    private mutating func setLifetime(_ body: ControlBody) throws(OptionError) -> Answer {
        guard let seconds = try body.integer("seconds") else { throw OptionError("seconds is required") }
        try OptionError.check(lifetimeSeconds: seconds)
        lifetimeSeconds = seconds
        return .json { $0.member("seconds", seconds) }
    }

    private mutating func revoke(_ body: ControlBody) throws(OptionError) -> Answer {
        var selection = IssuedTokens.Selection(
            id: try body.string("jti"), uuid: try body.string("uuid"), login: try body.string("login"))
        if let token = try body.string("token") {
            guard let claims = key.claims(of: token) else { throw OptionError("the token is not one of this emulator") }
            selection.id = claims.id
        }
        let isSelective = selection.id != nil || selection.uuid != nil || selection.login != nil
        let all = try body.bool("all") ?? false
        guard isSelective || all else { throw OptionError("jti, token, uuid, login or all:true is required") }
        let count = issued.revoke(selection)
        // One of an earlier run is not among those that are known.
        if let id = selection.id { issued.revoke(id: id) }
        return .json { $0.member("revoked", count) }
    }
}
