// SPDX-License-Identifier: Apache-2.0

/// What a reload did, or with `dryRun` would do.
///
/// ```json
/// {"applied":["Access.Allow","Limits.Connections"],"needsRestart":["Store.Seal"],"endsSession":false}
/// ```
public struct ReloadAnswer: SessionResponse {
    /// The settings that are in force from now on and were not before, each `Section.Key`. One that points to a file,
    /// or names a group, is among them where that has another content now.
    public var applied: [String]
    /// The settings that were changed and are in force only after a restart, each `Section.Key`.
    public var needsRestart: [String]
    /// Whether the customer's session ends for it: there is another API key or authority, which ends it as
    /// `session.destroy` does, or a time limit that it has exceeded already.
    public var endsSession: Bool

    /// An answer of those parts.
    public init(applied: [String], needsRestart: [String], endsSession: Bool) {
        (self.applied, self.needsRestart, self.endsSession) = (applied, needsRestart, endsSession)
    }

    /// Reads the `result`.
    public init(json: JSONValue) throws(SessionError) {
        let reader = try AnswerReader(json)
        applied = reader.texts("applied")
        needsRestart = reader.texts("needsRestart")
        endsSession = try reader.requiredBool("endsSession")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("applied", applied)
        writer.member("needsRestart", needsRestart)
        writer.member("endsSession", endsSession)
        writer.endObject()
    }
}
