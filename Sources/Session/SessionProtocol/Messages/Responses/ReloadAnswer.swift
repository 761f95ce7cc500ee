// SPDX-License-Identifier: Apache-2.0

/// What a reload did, or with `dryRun` would do.
///
/// ```json
/// {"applied":["Access.Allow","Limits.Connections"],"needsRestart":["Authority.Kind"],"endsSession":false,
///  "restartEndsSession":true,"credentials":["synerise.api-key"],"newCredentialEndsSession":true,
///  "warnings":["/etc/sessiond/sessiond.conf:7: Sael=: unknown key in [Store], ignored; did you mean Seal=?"]}
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
    /// Whether the restart that ``needsRestart`` asks for ends the customer's session, as far as the session and the
    /// configuration of now go.
    public var restartEndsSession: Bool
    /// The credentials of the service that are in use: they are read when the daemon is started, and at no reload.
    public var credentials: [String]
    /// Whether another key in one of ``credentials`` will end the customer's session with the next restart.
    public var newCredentialEndsSession: Bool
    /// What is odd in the configuration, or points to what cannot be used: names that are passed over, files that cannot
    /// be read, users and groups that nobody has, or that cannot be looked up now. Each one line for people.
    public var warnings: [String]

    /// An answer of those parts.
    public init(
        applied: [String], needsRestart: [String], endsSession: Bool, restartEndsSession: Bool = false,
        credentials: [String] = [], newCredentialEndsSession: Bool = false, warnings: [String] = []
    ) {
        (self.applied, self.needsRestart, self.endsSession) = (applied, needsRestart, endsSession)
        (self.restartEndsSession, self.credentials) = (restartEndsSession, credentials)
        (self.newCredentialEndsSession, self.warnings) = (newCredentialEndsSession, warnings)
    }

    /// Reads the `result`.
    public init(from reader: AnswerReader) throws(SessionError) {
        applied = reader.texts("applied")
        needsRestart = reader.texts("needsRestart")
        endsSession = try reader.requiredBool("endsSession")
        restartEndsSession = reader.bool("restartEndsSession") ?? false
        credentials = reader.texts("credentials")
        newCredentialEndsSession = reader.bool("newCredentialEndsSession") ?? false
        warnings = reader.texts("warnings")
    }

    /// Writes the `result`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("applied", applied)
        writer.member("needsRestart", needsRestart)
        writer.member("endsSession", endsSession)
        writer.member("restartEndsSession", restartEndsSession)
        if !credentials.isEmpty {
            writer.member("credentials", credentials)
            writer.member("newCredentialEndsSession", newCredentialEndsSession)
        }
        if !warnings.isEmpty { writer.member("warnings", warnings) }
        writer.endObject()
    }
}
