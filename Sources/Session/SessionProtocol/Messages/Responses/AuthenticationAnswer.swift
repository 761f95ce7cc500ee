// SPDX-License-Identifier: Apache-2.0

/// What an authentication answers: the status, or with `conditional` the authority's condition and the status.
///
/// ```json
/// {"condition":"UNAUTHORIZED","session":{"state":"anonymous"}}
/// ```
public enum AuthenticationAnswer: SessionResponse {
    /// The plain form: the customer is authenticated.
    case status(SessionStatus)
    /// The conditional form; with any other condition than SUCCESS nothing has changed.
    case conditional(AuthenticationCondition, conditions: JSONValue?, session: SessionStatus)

    /// The status after it, in either form.
    public var session: SessionStatus {
        switch self {
        case .status(let status), .conditional(_, _, let status): status
        }
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        guard let condition = reader.text("condition") else {
            self = .status(try SessionStatus(from: reader))
            return
        }
        let session = try reader.requiredObject("session")
        self = .conditional(
            AuthenticationCondition(rawValue: condition),
            conditions: reader.any("conditions"),
            session: try SessionStatus(from: session)
        )
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .status(let status): status.write(to: &writer)
        case .conditional(let condition, let conditions, let session):
            writer.beginObject()
            writer.member("condition", condition.rawValue)
            writer.member("conditions", conditions)
            writer.name("session")
            session.write(to: &writer)
            writer.endObject()
        }
    }
}
