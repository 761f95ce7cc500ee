// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import DeviceSession
@testable import LineServer
@testable import TestSupport

/// A loop on a thread of its own, with a listening socket in a folder of its own, a ``LineProbe`` behind it, and time
/// that stands still.
final class LoopFixture: Sendable {
    let clock = VirtualClock()
    let record = Watched(LineProbe.Record())
    private let socket: ListeningSocket
    private let mailbox: LoopMailbox<LineProbe.Message>
    private let hasEnded = Watched(false)

    /// - Parameter hasOwnDescriptors: Whether what the loop's thread opens is its alone: ``ThreadDescriptors``.
    init(limits: LineLimits = LineLimits(longestLineBytes: 65_536), hasOwnDescriptors: Bool = false) throws {
        socket = try ListeningSocket()
        mailbox = try LoopMailbox()
        start(limits, hasOwnDescriptors)
        // What is opened from here on is not in the loop's table.
        if hasOwnDescriptors { try settle() }
    }

    deinit {
        mailbox.post(
            .run { [clock] probe in
                probe.loop?.stop()
                clock.advance(by: .seconds(3600))
            })
        try? awaitEnd()
    }

    private func start(_ limits: LineLimits, _ hasOwnDescriptors: Bool) {
        let (listener, mailbox, record, clock, hasEnded) = (socket.descriptor, mailbox, record, clock, hasEnded)
        Thread.detachNewThread {
            if hasOwnDescriptors { ThreadDescriptors.unshare() }
            let service = LineProbe(record: record, mailbox: mailbox)
            let listeners = [Listener(socket: listener, role: 0)]
            if let loop = try? EventLoop(
                service: service, wakenBy: mailbox.descriptor, listeners: listeners, limits: limits,
                clock: { clock.boottime },
                onInterval: nil)
            {
                service.loop = loop
                loop.listen()
                loop.run()
            }
            hasEnded.change { $0 = true }
        }
    }

    var path: String { socket.path }

    func connect() throws -> TestClient { try TestClient(path: path) }

    /// Runs something on the loop's thread, and waits for what it gives.
    @discardableResult
    func onLoop<Result: Sendable>(
        _ body: @escaping @Sendable (LineProbe, EventLoop) throws -> Result
    ) throws -> Result {
        let outcome = Watched<Swift.Result<Result, any Error>?>(nil)
        mailbox.post(
            .run { probe in
                guard let loop = probe.loop else { return }
                let result = Swift.Result { try body(probe, loop) }
                outcome.change { $0 = result }
            })
        guard let result = try outcome.wait("the loop", until: { $0 != nil }) else { throw TestFailure("no result") }
        return try result.get()
    }

    /// Leaves the loop so many descriptors; those that were taken from it.
    @discardableResult
    func leaveDescriptors(_ count: Int) throws -> [Int32] { try onLoop { _, _ in ThreadDescriptors.leave(count) } }

    /// Lets time pass, until the loop has taken note.
    func advance(by duration: Duration) throws {
        clock.advance(by: duration)
        try settle()
    }

    /// Waits until the loop has dealt with what was sent, and what had become due, before this.
    func settle() throws {
        // The rest of a wake-up comes before the messages of the next.
        try onLoop { _, _ in }
        try onLoop { _, _ in }
    }

    func answer(_ label: String, padding: Int = 0) throws {
        try onLoop { probe, _ in probe.answer(label, padding: padding) }
    }

    /// Wakes the loop without waiting for it.
    func wake() { mailbox.post(.run { _ in }) }

    /// Tells the loop to stop.
    func stop() throws { try onLoop { _, loop in loop.stop() } }

    func awaitEnd() throws { try hasEnded.wait("the end of the loop") { $0 } }

    var hasRunToItsEnd: Bool { hasEnded.change { $0 } }

    /// Waits until so many connections have begun.
    func awaitAccepted(_ count: Int) throws { try record.wait("\(count) connections") { $0.accepted == count } }

    /// Waits until so many connections have ended.
    func awaitClosed(_ count: Int) throws { try record.wait("\(count) ends") { $0.closed == count } }
}
