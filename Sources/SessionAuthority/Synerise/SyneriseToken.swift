// SPDX-License-Identifier: Apache-2.0

import SessionCore
import SessionProtocol

/// A token object of the REST API: strict about `token` and `expiration`, tolerant of everything else.
enum SyneriseToken {
    /// The life of a token that is believed, in seconds: up to ten years.
    private static let lifeSeconds: ClosedRange<Int64> = 1...315_360_000
    /// How far `created` may be from the time of the answer that the token came with, in seconds.
    private static let creationSeconds: Int64 = 300

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
        let life = lifeSeconds(until: expiration, created: created, response.date, now.wall)
        guard lifeSeconds.contains(life) else {
            throw SyneriseAnswer.malformed("an expiration in the past, or too far ahead", response)
        }
        return IssuedToken(
            secret: Secret(text), origin: body["origin"]?.string.map(TokenOrigin.init(wire:)) ?? old?.origin ?? origin,
            createdAt: created.map(Timestamp.init(secondsSince1970:)),
            expiresAt: Timestamp(secondsSince1970: expiration), lifetime: .seconds(life),
            realm: body["realm"]?.string ?? old?.realm, customID: body["customId"]?.string ?? old?.customID,
            clientID: clientID(body["clientId"]) ?? old?.clientID, serverTime: response.date)
    }

    // Its life from now on by the clock that the answer came with, and never longer than the authority meant it to be;
    // without that clock as long as it was meant to be, else by the device's.
    private static func lifeSeconds(
        until expiration: Int64, created: Int64?, _ date: Timestamp?, _ wall: Timestamp
    ) -> Int64 {
        let whole = created.map { seconds(from: $0, to: expiration) }
        guard let date = date?.secondsSince1970 else {
            if let whole, lifeSeconds.contains(whole) { return whole }
            return seconds(from: wall.secondsSince1970, to: expiration)
        }
        let left = seconds(from: date, to: expiration)
        guard let created, let whole, abs(created - date) < creationSeconds else { return left }
        return min(left, whole)
    }

    private static func seconds(from start: Int64, to end: Int64) -> Int64 {
        let (difference, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? 0 : difference
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
