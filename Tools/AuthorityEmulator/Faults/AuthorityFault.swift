// SPDX-License-Identifier: Apache-2.0

/// What is done to a request instead of, or on top of, answering it well: `on=E5,times=1,status=503,retry-after=120`.
///
/// Words separated by commas, in any order:
/// - where: `on=ENDPOINT` (may be repeated; without it everywhere), `times=COUNT` (without it lasting);
/// - when: `delay=SECONDS`, `hold` (until `POST /__control/release`); the request is judged first, its answer waits;
/// - what, at most one: `status=CODE` with `body=json|html|empty|FILE`, `retry-after=SECONDS|date+SECONDS|HTTP-date`
///   and `location=URL` (such a request reaches no account and no token); or the good answer spoilt: `drop` (closed
///   without an answer), `truncate=BYTES` (closed after so many bytes of the body), `malformed` (not JSON), `oversize`
///   (a body above 1 MiB; `oversize=chunked` without a Content-Length);
/// - or what the authority has of its own (``AnswerSpoiling``).
package struct AuthorityFault<Authority: EmulatedAuthority>: Sendable, Equatable {
    /// As it was written.
    package let text: String
    /// Where it applies; empty: everywhere.
    package private(set) var endpoints: Set<Authority.Endpoint> = []
    /// To how many requests; `nil`: to all.
    package private(set) var times: Int?
    /// How long the answer waits.
    package private(set) var delay: Duration?
    /// Whether the answer waits for a release.
    package private(set) var holds = false
    /// What becomes of the answer; `nil`: nothing.
    package private(set) var effect: FaultEffect?
    /// What the authority does to it; `nil`: nothing.
    package private(set) var spoiling: Authority.Spoiling?

    /// Reads the words; a file of `body=` is read now.
    ///
    /// - Throws: ``OptionError`` for an unknown word, a value of another form, or two things that cannot go together.
    package init(_ text: String) throws(OptionError) {
        self.text = text
        do throws(OptionError) {
            try read(FaultWord.words(text))
        } catch {
            throw OptionError("fault \"\(text)\": \(error.description)")
        }
    }

    private mutating func read(_ words: [FaultWord]) throws(OptionError) {
        var status = StatusWords()
        for word in words { try read(word, &status) }
        if let fault = try status.fault() { try set(.status(fault)) }
        if let conflict = spoiling?.conflict(with: effect) { throw OptionError(conflict) }
        guard effect != nil || spoiling != nil || delay != nil || holds else { throw OptionError("it does nothing") }
    }

    func applies(to endpoint: Authority.Endpoint?) -> Bool {
        endpoints.isEmpty || endpoint.map(endpoints.contains) ?? false
    }

    private mutating func read(_ word: FaultWord, _ status: inout StatusWords) throws(OptionError) {
        switch word.name {
        case "on": endpoints.insert(try .named(word.value))
        case "times": times = Int(try word.number(atLeast: 1))
        case "delay": delay = .seconds(try word.seconds())
        case "hold": holds = true
        case "status", "body", "retry-after", "location": try status.read(word)
        default:
            if let effect = try FaultEffect(word) {
                try set(effect)
            } else if let read = try Authority.Spoiling.read(word, after: spoiling) {
                spoiling = read
            } else {
                throw OptionError("\"\(word.name)\" is not one of \(AuthorityFault.accepted)")
            }
        }
    }

    private static var accepted: String {
        "on=, times=, delay=, hold, status= (with body=, retry-after=, location=), drop, truncate=, malformed, oversize, "
            + Authority.Spoiling.accepted
    }

    private mutating func set(_ effect: FaultEffect) throws(OptionError) {
        guard self.effect == nil else { throw .spoiltTwice }
        self.effect = effect
    }
}

extension OptionError {
    package static let spoiltTwice = OptionError("an answer can be spoilt in one way only")
}

/// What becomes of an answer, whatever it is.
package enum FaultEffect: Sendable, Equatable {
    /// Another one in its place; the request is not judged.
    case status(StatusFault)
    /// None: the connection closes.
    case drop
    /// So many bytes of its body, then the connection closes.
    case truncate(bytes: Int)
    /// A body that is not JSON.
    case malformed
    /// A body above 1 MiB.
    case oversize(chunked: Bool)

    /// `nil`: the word is another one.
    init?(_ word: FaultWord) throws(OptionError) {
        switch (word.name, word.value) {
        case ("drop", nil): self = .drop
        case ("truncate", _): self = .truncate(bytes: Int(try word.number(atLeast: 0)))
        case ("malformed", nil): self = .malformed
        case ("oversize", nil): self = .oversize(chunked: false)
        case ("oversize", "chunked"): self = .oversize(chunked: true)
        default: return nil
        }
    }
}
