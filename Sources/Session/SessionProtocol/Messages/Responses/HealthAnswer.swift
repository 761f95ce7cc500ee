// SPDX-License-Identifier: Apache-2.0

/// Whether the daemon can do its work, and what stands in the way.
///
/// ```json
/// {"ready":false,"problems":[{"name":"storeFailed","hint":"free some space in /var/lib/sessiond"}]}
/// ```
public struct HealthAnswer: SessionResponse {
    /// One thing that stands in the way.
    public struct Problem: Sendable, Equatable {
        /// The name of the error that callers get for it, or a name of its own where they get none.
        public var name: String
        /// What to do about it.
        public var hint: String

        /// A problem and what to do about it.
        public init(name: String, hint: String) { (self.name, self.hint) = (name, hint) }
    }

    /// Whether a session can be used.
    public var ready: Bool
    /// What stands in the way; empty where nothing does.
    public var problems: [Problem]

    /// An answer of those parts.
    public init(ready: Bool, problems: [Problem]) { (self.ready, self.problems) = (ready, problems) }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        ready = try reader.requiredBool("ready")
        guard case .array(let elements) = reader.any("problems") else { throw .malformedAnswer("problems") }
        problems = elements.map { element in
            Problem(name: element["name"]?.string ?? "", hint: element["hint"]?.string ?? "")
        }
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ready", ready)
        let objects = problems.map { problem in
            JSONValue.object([JSONMember("name", .string(problem.name)), JSONMember("hint", .string(problem.hint))])
        }
        writer.member("problems", .array(objects))
        writer.endObject()
    }
}
