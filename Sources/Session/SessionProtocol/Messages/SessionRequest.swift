// SPDX-License-Identifier: Apache-2.0

import SessiondPrimitives

/// What is asked in one call. It names what is answered, so that a call cannot be matched with another's answer.
public protocol SessionRequest: Sendable, Equatable {
    /// What the call answers.
    associatedtype Response: SessionResponse
    /// The method that it calls.
    static var method: Method { get }
    /// Whether it may change anything; where that is not the method's alone to say, the request's own word for it.
    var isMutation: Bool { get }
    /// What it needs of the daemon's `features`; `nil`: nothing that was added since 1.0.
    var feature: String? { get }
    /// The parameters that the method has.
    static var parameterNames: [String] { get }
    /// Reads the parameters that the method has.
    ///
    /// - Throws: ``SessionError`` named `invalidParams`, with the member.
    init(from parameters: inout ParameterReader) throws(SessionError)
    /// Reads the whole of `params`.
    ///
    /// - Throws: ``SessionError`` named `invalidParams`, with the member.
    init(parameters: [JSONMember]) throws(SessionError)
    /// Writes the members of `params`.
    func write(to writer: inout JSONWriter)
}

extension SessionRequest {
    /// What the method says.
    public var isMutation: Bool { Self.method.isMutation }
    /// Every daemon knows it.
    public var feature: String? { nil }

    /// Reads parameters and refuses what the method does not have.
    ///
    /// - Throws: ``SessionError`` named `invalidParams`, with the member.
    public init(parameters: [JSONMember]) throws(SessionError) {
        var reader = ParameterReader(parameters)
        do throws(SessionError) { try self.init(from: &reader) } catch {
            // A name that is misspelt is told of in place of the one that is missing for it.
            try Self.refuseUnknown(parameters)
            throw error
        }
        if reader.isExhausted { return }
        try Self.refuseUnknown(parameters)
    }

    // Hints, whose names begin with `_`, are passed over.
    private static func refuseUnknown(_ parameters: [JSONMember]) throws(SessionError) {
        let unknown = parameters.first { member in
            member.name.utf8.first != UInt8(ascii: "_")
                && !parameterNames.contains { $0.utf8.elementsEqual(member.name.utf8) }
        }
        guard let name = unknown?.name else { return }
        var error = SessionError.invalidParameter(name, "is not a parameter of this method")
        error.hint = NameSuggestion.nearest(to: name, among: parameterNames).map { "did you mean \"\($0)\"?" } ?? hint
        throw error
    }

    private static var hint: String {
        guard !parameterNames.isEmpty else { return "\(method.rawValue) has no parameters" }
        return "\(method.rawValue) has \(parameterNames.joined(separator: ", "))"
    }

    /// The request's line, ended by LF; a deadline that is no finite number is left out.
    ///
    /// ```json
    /// {"jsonrpc":"2.0","id":1,"method":"session.getUUID","params":{}}
    /// ```
    public func line(id: Int64, deadlineSeconds: Double? = nil) -> [UInt8] {
        var writer = JSONWriter(capacity: SessionRequestLine.usualBytes)
        writer.form(#"{"jsonrpc":"2.0","id":"#)
        writer.integer(id)
        writer.form(#","method":"#)
        writer.string(Self.method.rawValue)
        writer.form(#","params":{"#)
        write(to: &writer)
        if let deadlineSeconds, deadlineSeconds.isFinite {
            writer.name("_deadlineSeconds")
            writer.raw(String(deadlineSeconds).utf8)
        }
        writer.form("}}\n")
        return writer.bytes
    }
}

// Most requests are shorter.
private enum SessionRequestLine { static let usualBytes = 256 }

/// A request of a method that has no parameters.
public protocol ParameterlessRequest: SessionRequest {
    /// The request.
    init()
}

extension ParameterlessRequest {
    /// None.
    public static var parameterNames: [String] { [] }
    /// Reads no parameter.
    public init(from parameters: inout ParameterReader) throws(SessionError) { self.init() }
    /// Writes no parameter.
    public func write(to writer: inout JSONWriter) {}
}

/// A request that may change the session.
public protocol SessionMutation: SessionRequest {
    /// The generation that the caller means; another one is refused with `generationMismatch`. `nil`: any.
    var ifGeneration: Int64? { get set }
}

extension ParameterReader {
    mutating func ifGeneration() throws(SessionError) -> Int64? {
        try integer("ifGeneration", in: 0...Int64.max)
    }
}

/// What is answered to one call.
public protocol SessionResponse: Sendable, Equatable {
    /// Reads the `result`; members that are unknown are passed over.
    ///
    /// - Throws: ``SessionError`` named `internalError` where a member that version 1 promises is missing.
    init(from answer: AnswerReader) throws(SessionError)
    /// Writes the `result`, one object.
    func write(to writer: inout JSONWriter)
}

extension SessionResponse {
    /// Reads the `result`, as ``init(from:)`` does.
    ///
    /// - Throws: ``SessionError`` named `internalError` where it is no object, or a member is missing.
    public init(json: JSONValue) throws(SessionError) { try self.init(from: AnswerReader(json)) }

    /// The `result` as JSON.
    public var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}
