// SPDX-License-Identifier: Apache-2.0

package import DeviceSession
package import SessionProtocol

/// How a reload ended, and what the server goes on with.
package struct ReloadOutcome: Sendable {
    /// What the caller hears.
    package var result: Result<ReloadAnswer, SessionError>
    /// What holds from now on; `nil`: what held before.
    package var configuration: ServerConfiguration?
    /// The session that is served from now on; `nil`: the one before, or none.
    package var session: DeviceSession?

    package init(
        _ result: Result<ReloadAnswer, SessionError>, configuration: ServerConfiguration? = nil,
        session: DeviceSession? = nil
    ) {
        (self.result, self.configuration, self.session) = (result, configuration, session)
    }
}
