// SPDX-License-Identifier: Apache-2.0

extension SessionClient {
    /// Follows the session: how it is now, then every change, in order and each once.
    ///
    /// ```swift
    /// for await change in client.changes() {
    ///     if change.isOtherCustomer { forgetTheLastCustomer() }
    ///     show(change.status)
    /// }
    /// ```
    ///
    /// It goes on by itself, whatever happens to the daemon, until the task is cancelled, the client is closed or the
    /// iteration let go of. Nothing comes after that, not even what had arrived.
    ///
    /// What happens, and what is told of it:
    /// - It begins: ``SessionChange/Cause/snapshot``. The session changes: ``SessionChange/Cause/event(_:)``.
    /// - The connection breaks: nothing, where the next one is answered and nothing was missed.
    /// - The daemon restarts: ``SessionChange/Cause/gap``, one change from the session before to that after.
    /// - The app takes its time: up to 64 changes wait here, then some with the daemon. Then it is as with a connection
    ///   that breaks, or a gap.
    /// - The daemon is not running: ``SessionChange/Cause/interrupted(_:)`` by `unreachable`. It is tried again after
    ///   10 ms, doubling to 1 s.
    /// - The socket is closed to the caller: the same, by `permissionDenied`.
    /// - The caller has no right to `identity.read`, or loses it: by `session`, with `permissionDenied`. It is tried again
    ///   after 1 s, doubling to 30 s.
    /// - The daemon refuses, since it is not configured, its store locked, or there are too many connections: by
    ///   `session` with that error, and tried again likewise.
    /// - What answers is not sessiond, or does not answer for 30 s: by `malformedAnswer` or `timedOut`, likewise.
    /// - The daemon answers after any of these: ``SessionChange/Cause/gap``, or ``SessionChange/Cause/resumed`` where
    ///   nothing was missed.
    /// - There is no thread to be had: ``SessionChange/Cause/interrupted(_:)`` by `unreachable`, and the end.
    ///
    /// An event holds no token; an app that needs the new one asks for it.
    public func changes() -> SessionChanges { SessionChanges(self) }

    /// Begins to follow the session.
    ///
    /// - Throws: `closed`; `unreachable` where there is no thread to be had.
    func beginWatch() throws(ClientError) -> ChangeWatch {
        let watch: ChangeWatch?
        do throws(SystemError) { watch = try addWatch() } catch { throw .connecting(to: path, error) }
        guard let watch else { throw .closed(.watch) }
        return watch
    }
}
