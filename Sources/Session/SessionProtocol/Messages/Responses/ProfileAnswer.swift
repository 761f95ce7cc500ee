// SPDX-License-Identifier: Apache-2.0

/// The customer's own profile: an object whose members are the authority's affair.
///
/// ```json
/// {"firstName":"Anna","email":"anna@example.com"}
/// ```
public struct ProfileAnswer: SessionResponse {
    /// The profile.
    public var profile: JSONValue

    /// An answer with that profile.
    public init(profile: JSONValue) { self.profile = profile }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) { profile = reader.value }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) { writer.value(profile) }
}
