// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Fault {
    private static let accepted =
        "on=, times=, delay=, hold, status= (with body=, retry-after=, location=), drop, truncate=, malformed, oversize, "
        + "token-too-long, expiration=, no-token"

    /// Reads the words; a file of `body=` is read now.
    ///
    /// - Throws: ``OptionError`` for an unknown word, a value of another form, or two things that cannot go together.
    package init(_ text: String) throws(OptionError) {
        self.init(text: text)
        var status = StatusWords()
        for word in Fault.words(text) {
            try read(word, &status)
        }
        if let fault = try status.fault(in: text) { try set(.status(fault)) }
        guard effect != nil || delay != nil || holds else { throw problem("it does nothing") }
    }

    private mutating func read(_ word: Word, _ status: inout StatusWords) throws(OptionError) {
        switch word.name {
        case "on": endpoints.insert(try endpoint(word))
        case "times": times = Int(try number(word, atLeast: 1))
        case "delay": delay = .seconds(try seconds(word))
        case "hold": holds = true
        case "status", "body", "retry-after", "location": try status.read(word, of: self)
        default: try set(try spoiling(word))
        }
    }

    private func spoiling(_ word: Word) throws(OptionError) -> Effect {
        switch (word.name, word.value) {
        case ("drop", nil): return .drop
        case ("truncate", _): return .truncate(bytes: Int(try number(word, atLeast: 0)))
        case ("malformed", nil): return .malformed
        case ("oversize", nil): return .oversize(chunked: false)
        case ("oversize", "chunked"): return .oversize(chunked: true)
        case ("token-too-long", nil): return .tokenTooLong
        case ("no-token", nil): return .noToken
        case ("expiration", let value):
            guard let fault = value.flatMap(ExpirationFault.init) else {
                throw problem("expiration is past, century, missing or string")
            }
            return .expiration(fault)
        default: throw problem("\"\(word.name)\" is not one of \(Fault.accepted)")
        }
    }

    private mutating func set(_ effect: Effect) throws(OptionError) {
        guard self.effect == nil else { throw problem("an answer can be spoilt in one way only") }
        self.effect = effect
    }

    private func endpoint(_ word: Word) throws(OptionError) -> Endpoint {
        guard let endpoint = word.value.flatMap(Endpoint.init) else {
            throw problem("on is one of \(Endpoint.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return endpoint
    }

    private func seconds(_ word: Word) throws(OptionError) -> Double {
        guard let value = word.value.flatMap(Double.init), (0...86_400).contains(value) else {
            throw problem("\(word.name) is a number of seconds up to 86400")
        }
        return value
    }

    func number(_ word: Word, atLeast minimum: Int64) throws(OptionError) -> Int64 {
        guard let value = word.value.flatMap(Int64.init), value >= minimum else {
            throw problem("\(word.name) is a whole number of at least \(minimum)")
        }
        return value
    }

    func problem(_ text: String) -> OptionError { OptionError("fault \"\(self.text)\": \(text)") }
}
