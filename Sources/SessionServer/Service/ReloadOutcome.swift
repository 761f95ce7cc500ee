// SPDX-License-Identifier: Apache-2.0

public import SessionCore
public import SessionProtocol

/// How a reload ended, and what the server goes on with.
public struct ReloadOutcome: Sendable {
    /// What the caller hears.
    public var result: Result<ReloadAnswer, SessionError>
    /// What holds from now on; `nil`: what held before.
    public var configuration: ServerConfiguration?
    /// The session that is served from now on; `nil`: the one before, or none.
    public var session: DeviceSession?

    /// An outcome of those parts.
    public init(
        _ result: Result<ReloadAnswer, SessionError>, configuration: ServerConfiguration? = nil,
        session: DeviceSession? = nil
    ) {
        (self.result, self.configuration, self.session) = (result, configuration, session)
    }
}
