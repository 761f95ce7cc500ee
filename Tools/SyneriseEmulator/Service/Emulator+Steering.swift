// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension Emulator {
    func setClock(_ body: ControlBody) throws(OptionError) -> Answer {
        switch (try body.integer("offsetSeconds"), try body.integer("advanceSeconds")) {
        case (let offset?, nil):
            try EmulatorOptions.check(offsetSeconds: offset)
            clock.offsetSeconds = offset
        case (nil, let advance?):
            try EmulatorOptions.check(offsetSeconds: advance)
            try EmulatorOptions.check(offsetSeconds: clock.offsetSeconds + advance)
            clock.offsetSeconds += advance
        default: throw OptionError("either offsetSeconds or advanceSeconds is required")
        }
        return .json { writer in
            writer.member("offsetSeconds", clock.offsetSeconds)
            writer.member("nowSeconds", clock.nowSeconds)
        }
    }

    func setLifetime(_ body: ControlBody) throws(OptionError) -> Answer {
        guard let seconds = try body.integer("seconds") else { throw OptionError("seconds is required") }
        try EmulatorOptions.check(lifetimeSeconds: seconds)
        lifetimeSeconds = seconds
        return .json { $0.member("seconds", seconds) }
    }

    func revoke(_ body: ControlBody) throws(OptionError) -> Answer {
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
