// SPDX-License-Identifier: Apache-2.0

package import SessionProtocol

/// An authority that is emulated: a request in, an answer out, one after another.
///
/// It is a value that knows neither connections nor waiting: ``Emulator`` does, and everything else that all of them have,
/// faults, the log and the calls that steer it.
package protocol EmulatedAuthority: Sendable {
    /// What it serves; the names are those of faults and of the log.
    associatedtype Endpoint: EndpointName
    /// What a fault can do to its answers that makes no sense elsewhere.
    associatedtype Spoiling: AnswerSpoiling

    /// What answers say in `Server`.
    static var serverName: String { get }

    /// Its time.
    var clock: EmulatorClock { get set }

    /// Where a request goes to; `nil`: nothing is served there.
    func endpoint(of request: Request) -> Endpoint?

    /// Carries a request out and answers it.
    mutating func answer(_ request: Request, at endpoint: Endpoint?, _ spoiling: Spoiling?) -> Answer

    /// What a fault answers that has a status and no body of its own.
    func errorBody(_ status: Int, of request: Request, _ spoiling: Spoiling?) -> Answer

    /// What the log shows of a request besides what it shows of all; no secrets.
    func logged(_ request: Request, at endpoint: Endpoint?, _ answer: Answer) -> [JSONMember]

    /// Answers a call that steers it, such as `POST revoke`.
    ///
    /// - Throws: ``OptionError`` for one of another form, or that there is not.
    mutating func control(_ call: String, _ request: Request) throws(OptionError) -> Answer

    /// Called once, with the port that it is served on.
    mutating func listens(port: UInt16)
}

extension EmulatedAuthority {
    package mutating func listens(port: UInt16) {}

    /// - Throws: That there is no such call.
    package func noControl(_ call: String) throws(OptionError) -> Answer {
        throw OptionError("there is no control call \(call)")
    }
}

/// A name for what is served.
package protocol EndpointName: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

extension EndpointName {
    /// - Throws: ``OptionError``, which has all names, for one that there is not.
    static func named(_ name: String?) throws(OptionError) -> Self {
        guard let endpoint = name.flatMap(Self.init) else {
            throw OptionError("on is one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return endpoint
    }
}

/// The words of a fault that change an authority's own answers.
package protocol AnswerSpoiling: Sendable, Equatable {
    /// The words, as they are shown where one is unknown.
    static var accepted: String { get }

    /// Reads a word, given what was read before; `nil`: it is none of these.
    static func read(_ word: FaultWord, after earlier: Self?) throws(OptionError) -> Self?

    /// What is wrong with both in one fault; `nil`: nothing.
    func conflict(with effect: FaultEffect?) -> String?
}
