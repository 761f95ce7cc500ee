// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionMachine
import SessionProtocol

/// A token object of the REST API: strict about `token` and `expiration`, tolerant of everything else.
enum SyneriseToken {
    /// How far `created` may be from the time of the answer that the token came with, in seconds.
    private static let creationSeconds: Int64 = 300

    /// Reads a token; what it does not say of itself is taken from the one whose place it takes.
    static func read(
        _ body: JSONValue?, _ response: HTTPResponse, origin: TokenOrigin, replacing old: IssuedToken? = nil,
        at now: Moment
    ) throws(AuthorityFailure) -> IssuedToken {
        guard let body, body.members != nil else { throw SyneriseAnswer.malformed("no object", response) }
        guard let text = body["token"]?.string else { throw SyneriseAnswer.malformed("no token", response) }
        guard let expiration = body["expiration"]?.integer else {
            throw SyneriseAnswer.malformed("no expiration in whole seconds", response)
        }
        // Seconds there, milliseconds here.
        let created = body["created"]?.integer.map { $0 / 1000 }
        guard [expiration, created ?? 0].allSatisfy(AuthorityBounds.times.contains) else {
            throw SyneriseAnswer.malformed("a time beyond the year 9999", response)
        }
        // A clock that cannot be right says nothing.
        let date = response.serverTime.flatMap { AuthorityBounds.serverTimes.contains($0) ? $0 : nil }
        let life = lifeSeconds(until: expiration, created: created, date, now.wall)
        guard AuthorityBounds.lifeSeconds.contains(life) else {
            throw SyneriseAnswer.malformed("an expiration in the past, or too far ahead", response)
        }
        let token = IssuedToken(
            secret: Secret(text), origin: body["origin"]?.string.map(TokenOrigin.init(wire:)) ?? old?.origin ?? origin,
            createdAt: created.map(Timestamp.init(secondsSince1970:)),
            expiresAt: Timestamp(secondsSince1970: expiration), lifetime: .seconds(life),
            realm: name(body["realm"]) ?? old?.realm, customID: name(body["customId"]) ?? old?.customID,
            clientID: number(body["clientId"]) ?? name(body["clientId"]) ?? old?.clientID, serverTime: date)
        if let fault = token.fault { throw SyneriseAnswer.malformed(fault, response) }
        return token
    }

    // Its life from now on by the clock that the answer came with, and never longer than the authority meant it to be;
    // without that clock as long as it was meant to be, else by the device's.
    private static func lifeSeconds(
        until expiration: Int64, created: Int64?, _ date: Timestamp?, _ wall: Timestamp
    ) -> Int64 {
        let whole = created.map { seconds(from: $0, to: expiration) }
        guard let date = date?.secondsSince1970 else {
            if let whole, AuthorityBounds.lifeSeconds.contains(whole) { return whole }
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

    // An empty one is none.
    private static func name(_ value: JSONValue?) -> String? {
        value?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    // A `clientId` is a number in the reference, a string in the SDK.
    private static func number(_ value: JSONValue?) -> String? {
        if case .number(let number) = value { number.text } else { nil }
    }
}
