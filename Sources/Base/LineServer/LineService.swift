// SPDX-License-Identifier: Apache-2.0

/// What stands behind the loop: it gets lines and gives bytes. All of it is called on the loop's thread.
package protocol LineService: AnyObject {
    /// CLOCK_BOOTTIME at the loop's last wake-up, which the loop sets.
    var now: Duration { get set }
    /// Takes a new connection; what the service is to know about it.
    func accept(_ peer: Peer, by role: Int) -> (context: AnyObject, bits: UInt64)
    /// Whether a peer may have some of the connections that are kept in reserve.
    func isPrivileged(_ peer: Peer) -> Bool
    /// Takes a line, without its LF; what can be answered at once goes to `output`.
    func receive(_ line: Span<UInt8>, from connection: Connection, output: inout [UInt8])
    /// Gives what a connection hears before it is closed because of a fault.
    func complaint(about fault: ConnectionFault) -> [UInt8]
    /// Takes that a connection was refused, or is ended, because of a fault.
    func note(_ fault: ConnectionFault)
    /// Takes that a connection is gone: nobody waits there any more.
    func closed(_ connection: Connection)
    /// Takes what other threads have sent.
    func takeMessages()
    /// Takes that an instant has come that ``nextDeadline`` named.
    func deadlinePassed(at now: Duration)
    /// The next instant of interest, on CLOCK_BOOTTIME; `nil`: none.
    var nextDeadline: Duration? { get }
    /// Takes that all is done that the loop woke up for.
    func wakeUpEnded()
    /// Takes that a process has sent SIGHUP.
    func hangUp(pid: Int32, uid: UInt32)
    /// Takes that the daemon stops: requests are refused from now on.
    func beginStop()
    /// Takes that it has stopped: nobody is connected any more.
    func endStop()
}
