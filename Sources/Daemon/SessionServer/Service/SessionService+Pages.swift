// SPDX-License-Identifier: Apache-2.0

import AccessRules
import Glibc
import LineServer
import SessionProtocol

/// How many connections speak for pages, by user and origin.
struct PageConnections {
    private(set) var counts: [CallerIdentity: Int] = [:]

    mutating func add(_ identity: CallerIdentity) { counts[identity, default: 0] += 1 }

    mutating func remove(_ identity: CallerIdentity) {
        guard identity.origin != nil, let count = counts[identity] else { return }
        counts[identity] = count > 1 ? count - 1 : nil
    }
}

extension SessionService {
    /// Has a connection speak for pages from now on, which leaves it what both those and its user may do.
    func restrict(_ incoming: Incoming, to pages: OnBehalfOf) throws(SessionError) {
        guard incoming.id != nil else {
            throw SessionError(.invalidRequest, "who speaks for a page waits for the answer: the request needs an id")
        }
        // Also for root, who is nobody in particular here.
        if let unusable = facts.unusable { throw unusable }
        let (caller, origin) = (incoming.caller, try pages.listable)
        guard configuration.access.origins.contains(origin) else {
            records.journal.denied(.hello, .unlisted(origin), to: caller, at: now)
            throw SessionError(
                .permissionDenied, "there is no line for pages of \(origin)",
                hint: "an administrator can write one in [Access]: AllowOrigin=\(Capability.identityRead.rawValue) "
                    + "\(origin)")
        }
        let identity = CallerIdentity(user: caller.peer.uid, origin: origin)
        try refuseCrowd(of: identity, incoming.connection)
        self.pages.add(identity)
        caller.speak(for: origin)
        incoming.connection.capabilities = capabilities(of: caller)
    }

    private func refuseCrowd(of identity: CallerIdentity, _ connection: Connection) throws(SessionError) {
        let limit = configuration.limits.connectionsPerOrigin
        guard pages.counts[identity, default: 0] < limit else {
            throw SessionError(
                .limitExceeded, "there are \(limit) connections of \(identity) already", retryAfterSeconds: 1,
                hint: "close some, or raise ConnectionsPerOrigin= in [Limits]")
        }
        // What is kept for administrators is not for pages in their browsers.
        if loop?.isReserved(connection) == true { throw ConnectionFault.tooManyConnections.error }
    }

    /// Refuses what is not for pages, on behalf of some.
    func refuseForPages(_ method: Method, to caller: Caller) throws(SessionError) {
        // A second one is refused for what it is.
        guard caller.origin != nil, !method.isForPages, method != .hello else { return }
        let names = Method.allCases.filter(\.isForPages).map(\.rawValue).joined(separator: ", ")
        throw SessionError(.permissionDenied, "\(method.rawValue) is not for pages", hint: "what is: \(names)")
    }

    /// Ends a connection whose caller meant to restrict it and has not: whatever follows would have all of its user's
    /// rights.
    func endUnrestricted(_ connection: Connection) { loop?.end(connection, saying: [], within: LineLimits.drain) }

    /// Says which origins are listed, to whoever follows that.
    func tellOfOrigins() {
        let line = listedOrigins.notificationLine
        loop?.forEachConnection { [loop] connection in
            if connection.caller.followsOrigins { loop?.send(line, to: connection) }
        }
    }

    var listedOrigins: OriginsAnswer { OriginsAnswer(origins: configuration.access.origins.map(\.description)) }
}

extension OnBehalfOf {
    fileprivate var listable: WebOrigin {
        get throws(SessionError) {
            do throws(WebOrigin.Fault) { return try WebOrigin(origin) } catch {
                throw .invalidParameter(OnBehalfOf.feature, "has no origin that can be listed: \(error.reason)")
            }
        }
    }
}

extension Envelope {
    /// Whether whoever has sent it means to speak for pages: as far as can be seen, where it is no request.
    func claimsPages(in line: Span<UInt8>) -> Bool {
        switch (target, problem) {
        case (.method, nil):
            switch parameters {
            case .absent: return false
            case .array: return line.mentionsPages
            case .object(let range):
                guard let value = try? JSONValue(parsing: line.extracting(range)) else { return line.mentionsPages }
                return value[OnBehalfOf.feature] != nil
            }
        // A method of another name may have been meant for this one.
        case (.unknown, _), (.method, .some): return line.mentionsPages
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether a line has the member's name in it, however JSON may write that; also one that cannot be read as requests.
    var mentionsPages: Bool {
        // Attackers send 65,536 bytes of noise in each of many lines: the loop has no time to look at them one by one.
        let name = Array(OnBehalfOf.feature.utf8)
        return withUnsafeBytes { bytes in
            bytes.places(of: name[0]).contains { bytes.holds(name[...], at: $0) }
                || bytes.places(of: UInt8(ascii: "\\")).contains { bytes.holdsEscaped(name, around: $0) }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Where a byte is.
    fileprivate func places(of byte: UInt8) -> some Sequence<Int> {
        sequence(state: 0) { next -> Int? in
            guard next < count, let start = baseAddress, let found = memchr(start + next, Int32(byte), count - next)
            else { return nil }
            let place = UnsafeRawPointer(found) - start
            next = place + 1
            return place
        }
    }

    /// Whether a text is there whose first escaped character is at a place.
    fileprivate func holdsEscaped(_ text: [UInt8], around place: Int) -> Bool {
        guard escaped(at: place) != nil else { return false }
        return text.indices.contains { plain in
            place >= plain && holds(text[..<plain], at: place - plain) && holds(text[plain...], at: place)
        }
    }

    /// Whether a text begins at a place, as it is or with escapes of JSON's in it.
    fileprivate func holds(_ text: ArraySlice<UInt8>, at place: Int) -> Bool {
        var place = place
        for character in text {
            guard place < count else { return false }
            if self[place] == character {
                place += 1
            } else if escaped(at: place) == character {
                place += 6
            } else {
                return false
            }
        }
        return true
    }

    /// The character whose escape of the form `\u00XX` is at a place; `nil`: none is.
    private func escaped(at place: Int) -> UInt8? {
        guard count - place >= 6, self[place] == UInt8(ascii: "\\"), self[place + 1] == UInt8(ascii: "u"),
            self[place + 2] == UInt8(ascii: "0"), self[place + 3] == UInt8(ascii: "0")
        else { return nil }
        return UInt8(String(decoding: self[place + 4..<place + 6], as: UTF8.self), radix: 16)
    }
}

extension BeginSignIn {
    /// The same on behalf of pages, whose browser comes back to them and to no other app.
    func confined(to origin: WebOrigin?) throws(SessionError) -> BeginSignIn {
        guard let origin else { return self }
        if let redirectURI {
            guard origin.contains(uri: redirectURI) else {
                throw .invalidParameter("redirectURI", "must be of the page's own origin, \(origin)")
            }
            return self
        }
        // The first that is configured is not the page's to take.
        guard signInMethod != .browser else {
            throw .invalidParameter("redirectURI", "is missing: a page names one of its own origin, \(origin)")
        }
        var confined = self
        confined.signInMethod = .device
        return confined
    }
}

extension CompleteSignIn {
    /// The same on behalf of pages, which complete no other app's.
    func confined(to origin: WebOrigin?) throws(SessionError) -> CompleteSignIn {
        if let origin, !origin.contains(uri: callbackURL.reveal()) {
            throw .invalidParameter("callbackURL", "must be of the page's own origin, \(origin)")
        }
        return self
    }
}
