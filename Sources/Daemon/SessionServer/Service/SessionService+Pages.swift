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
    /// Whether a line has the word in it, however JSON may write it; also one that cannot be read as requests.
    var mentionsPages: Bool {
        // Attackers send 65,536 bytes of noise in each of many lines: the loop has no time to look at them one by one.
        withUnsafeBytes { bytes in
            guard bytes.contains(UInt8(ascii: "\\")) else { return bytes.holdsPagesName }
            return bytes.withoutASCIIEscapes.withUnsafeBytes { $0.holdsPagesName }
        }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var holdsPagesName: Bool {
        let word = Array(OnBehalfOf.feature.utf8)
        var rest = self
        while rest.count >= word.count, let start = rest.baseAddress,
            let found = memchr(start, Int32(word[0]), rest.count - word.count + 1)
        {
            if memcmp(found, word, word.count) == 0 { return true }
            rest = UnsafeRawBufferPointer(rebasing: rest[(UnsafeRawPointer(found) - start + 1)...])
        }
        return false
    }

    /// The bytes with `\uXXXX` in place of which the ASCII character stands that it means.
    fileprivate var withoutASCIIEscapes: [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(count)
        var rest = self[...]
        while let byte = rest.first {
            let digits = rest.dropFirst(2).prefix(4)
            if byte == UInt8(ascii: "\\"), rest.dropFirst().first == UInt8(ascii: "u"), digits.count == 4,
                let character = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), character < 0x80
            {
                plain.append(character)
                rest = rest.dropFirst(6)
            } else {
                plain.append(byte)
                rest = rest.dropFirst()
            }
        }
        return plain
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
