// SPDX-License-Identifier: Apache-2.0

/// What the server tells its surroundings; called on the loop's thread.
public struct ServerHooks {
    /// Connections are taken from now on.
    public var ready: () -> Void
    /// How the session stands, in one line without anything of the customer's.
    public var status: (String) -> Void
    /// The daemon stops.
    public var stopping: () -> Void
    /// Loop and session are alive.
    public var alive: () -> Void

    /// Hooks of those parts.
    public init(
        ready: @escaping () -> Void, status: @escaping (String) -> Void, stopping: @escaping () -> Void,
        alive: @escaping () -> Void
    ) {
        (self.ready, self.status, self.stopping, self.alive) = (ready, status, stopping, alive)
    }
}
