// SPDX-License-Identifier: Apache-2.0

/// What stands behind the loop: it gets lines and gives bytes. All of it is called on the loop's thread.
package protocol LineService: AnyObject {
    /// CLOCK_BOOTTIME at the loop's last wake-up, which the loop sets.
    var now: Duration { get set }
    /// Called when somebody has connected. The loop keeps what it gives with the connection: an object, and bits that are
    /// at hand with every line.
    ///
    /// - Parameter role: That of the socket that they came by.
    func accept(_ peer: Peer, by role: Int) -> (context: AnyObject, bits: UInt64)
    /// Whether a peer may have some of the connections that are kept in reserve.
    func isPrivileged(_ peer: Peer) -> Bool
    /// Takes a line, without its LF; what can be answered at once goes to `output`.
    func receive(_ line: Span<UInt8>, from connection: Connection, output: inout [UInt8])
    /// Gives what a connection hears before it is closed because of a fault.
    func complaint(about fault: ConnectionFault) -> [UInt8]
    /// Called when a connection was refused, or is about to end, because of a fault.
    func note(_ fault: ConnectionFault)
    /// Called when a connection has ended: nobody waits there any more.
    func closed(_ connection: Connection)
    /// Called when other threads have woken the loop: takes what they sent.
    func takeMessages()
    /// Called when an instant has come that ``nextDeadline`` named.
    func deadlinePassed(at now: Duration)
    /// The next instant of interest, on CLOCK_BOOTTIME; `nil`: none.
    var nextDeadline: Duration? { get }
    /// Called when everything is done that the loop woke up for.
    func wakeUpEnded()
    /// Called when a process has sent SIGHUP.
    func hangUp(pid: Int32, uid: UInt32)
    /// Called when the daemon begins to stop: requests are refused from now on.
    func beginStop()
    /// Called when it has stopped: nobody is connected any more.
    func endStop()
}
