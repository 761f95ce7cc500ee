// SPDX-License-Identifier: Apache-2.0

import DeviceSession
import SessionMachine
import SessionProtocol

/// What the session's thread tells the loop's.
enum ServerMessage: Sendable {
    /// The session is like this from now on.
    case published(SessionState)
    /// This has changed.
    case changed(Announcement)
    /// The store fails, or works again (`nil`).
    case store(StoreFailure?)
    /// A sign-out that the authority was to be told of came to this.
    case signOutEnded(SignOutFate)
    /// A call is answered.
    case reply(CallID, Result<any SessionResponse, SessionError>)
    /// What was over has ended, for a call that waited for it.
    case settled(CallID)
    /// The session has taken that the customer is active.
    case touched
    /// The configuration was read again, for a call or because of a signal.
    case reloaded(CallID?, dryRun: Bool, by: Requester, ReloadOutcome)
    /// This is followed from now on; nobody asked for it.
    case adopted(ServerConfiguration)
    /// The session's thread is alive.
    case alive
}
