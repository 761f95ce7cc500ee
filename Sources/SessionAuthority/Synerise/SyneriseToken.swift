// SPDX-License-Identifier: Apache-2.0

import SessionCore
import SessionProtocol

/// A token object of the REST API: strict about `token` and `expiration`, tolerant of everything else.
enum SyneriseToken {
    /// The longest life of a token that is believed: ten years, in seconds.
    private static let longestLifeSeconds: Int64 = 315_360_000

    /// Reads a token; what it does not say of itself is taken from the one whose place it takes.
    static func read(
        _ body: JSONValue?, _ response: HTTPResponse, origin: TokenOrigin, replacing old: IssuedToken? = nil,
        at now: Moment
    ) throws(AuthorityFailure) -> IssuedToken {
        guard let body, body.members != nil else { throw SyneriseAnswer.malformed("no object", response) }
        guard let text = body["token"]?.string, TextLimit.token.bytes.contains(text.utf8.count) else {
            throw SyneriseAnswer.malformed("no token, or one of more than 32 KiB", response)
        }
        guard let expiration = body["expiration"]?.integer else {
            throw SyneriseAnswer.malformed("no expiration in whole seconds", response)
        }
        // Seconds there, milliseconds here.
        let created = body["created"]?.integer.map { $0 / 1000 }
        let life = lifeSeconds(until: expiration, created: created, response.date ?? now.wall)
        guard (1...longestLifeSeconds).contains(life) else {
            throw SyneriseAnswer.malformed("an expiration in the past, or too far ahead", response)
        }
        return IssuedToken(
            secret: Secret(text), origin: body["origin"]?.string.map(TokenOrigin.init(wire:)) ?? old?.origin ?? origin,
            createdAt: created.map(Timestamp.init(secondsSince1970:)),
            expiresAt: Timestamp(secondsSince1970: expiration), lifetime: .seconds(life),
            realm: body["realm"]?.string ?? old?.realm, customID: body["customId"]?.string ?? old?.customID,
            clientID: clientID(body["clientId"]) ?? old?.clientID, serverTime: response.date)
    }

    // Its life from now on by the clock that the answer came with; never longer than the authority meant it to be.
    private static func lifeSeconds(until expiration: Int64, created: Int64?, _ now: Timestamp) -> Int64 {
        let (left, overflow) = expiration.subtractingReportingOverflow(now.secondsSince1970)
        guard !overflow else { return 0 }
        guard let created, abs(created.subtractingReportingOverflow(now.secondsSince1970).partialValue) < 300 else {
            return left
        }
        return min(left, expiration - created)
    }

    // A number in the reference, a string in the SDK.
    private static func clientID(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        default: nil
        }
    }
}
