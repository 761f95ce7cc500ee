// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl
import SessiondLinux

/// Carries out requests on a thread of its own, and ends when there have been none for a while.
///
/// Nothing here waits but for the network: libcurl fills buffers of C, and answers are handed over by resuming a
/// continuation.
struct HTTPWorker: ~Copyable {
    private struct Running {
        let transfer: CurlTransfer
        let sentAt: SystemInstant
    }

    // Swift 6.2 destroys twice what is set here where `init` throws (like swiftlang/swift#85063), so `init` sets it.
    private let library: CurlLibrary
    private let options: HTTPOptions
    private let clock: @Sendable () -> SystemInstant
    private let exchanges: HTTPExchanges
    private var multi: CurlMulti
    private var running: [UInt64: Running]
    /// Whether the multi holds connections that no later transfer may use.
    private var isStale: Bool
    private var lastActive: ContinuousClock.Instant

    /// A worker on the calling thread.
    ///
    /// - Throws: `libraryMissing`, `notStarted`.
    init(options: HTTPOptions, clock: @escaping @Sendable () -> SystemInstant, exchanges: HTTPExchanges)
        throws(HTTPFailure)
    {
        guard let library = CurlLibrary(name: options.library) else {
            throw HTTPFailure(.libraryMissing, at: options.library)
        }
        guard let multi = CurlMulti(library: library) else {
            throw HTTPFailure(.notStarted(Int(CCURLE_OUT_OF_MEMORY)), at: options.base.description)
        }
        (self.library, self.multi, self.options) = (library, multi, options)
        (self.clock, self.exchanges) = (clock, exchanges)
        (running, isStale, lastActive) = ([:], false, .now)
    }

    /// Works until there is nothing more to do.
    mutating func run() {
        while takeOrders() {
            guard multi.perform() else { return giveUp(.notStarted(0)) }
            while let (id, code) = multi.nextDone() { finish(id, code) }
            if running.isEmpty, restOfIdleTime <= 0, exchanges.leaveIfIdle() { return }
            guard multi.poll(milliseconds: running.isEmpty ? restOfIdleTime : 60_000) else {
                return giveUp(.notStarted(0))
            }
        }
        giveUp(.stopped)
    }

    /// Does what callers have asked for, and forgets it: requests hold secrets. Says whether to go on.
    private mutating func takeOrders() -> Bool {
        let inbox = exchanges.take(waitingIn: multi)
        for id in inbox.cancelled { end(id) }
        if inbox.dropsConnections { isStale = true }
        renewIfStale()
        for submission in inbox.submissions { begin(submission) }
        return !inbox.stops
    }

    private var restOfIdleTime: Int {
        let rest = options.idleTime - lastActive.duration(to: .now)
        return rest <= .zero ? 0 : rest.curlMilliseconds
    }

    private mutating func begin(_ submission: HTTPInbox.Submission) {
        do throws(HTTPFailure) {
            let transfer = try CurlTransfer(
                id: submission.id, submission.request, options: options, isFresh: isStale, library: library)
            let sentAt = clock()
            guard multi.add(transfer) else {
                throw HTTPFailure(.notStarted(Int(CCURLE_OUT_OF_MEMORY)), at: options.base.description)
            }
            running[submission.id] = Running(transfer: transfer, sentAt: sentAt)
        } catch {
            exchanges.finish(id: submission.id, .failure(error))
        }
    }

    private mutating func end(_ id: UInt64) {
        guard let ended = running.removeValue(forKey: id) else { return }
        multi.remove(ended.transfer)
        lastActive = .now
    }

    private mutating func finish(_ id: UInt64, _ code: Int32) {
        guard let ended = running.removeValue(forKey: id) else { return }
        lastActive = .now
        renewIfStale()
        let outcome = HTTPExchanges.Outcome { () throws(HTTPFailure) in
            try ended.transfer.response(code: code, options: options, sentAt: ended.sentAt, receivedAt: clock())
        }
        exchanges.finish(id: id, outcome)
    }

    /// Closes the connections of before; as long as a transfer runs, new ones only leave them alone.
    private mutating func renewIfStale() {
        guard isStale, running.isEmpty, let fresh = CurlMulti(library: library) else { return }
        (multi, isStale) = (fresh, false)
        exchanges.wait(in: fresh)
    }

    /// Nobody shall wait any longer: the client was shut down, or libcurl has no memory or descriptors to go on.
    private mutating func giveUp(_ meaning: HTTPFailure.Meaning) {
        for id in Array(running.keys) { end(id) }
        exchanges.leave(failing: HTTPFailure(meaning, at: options.base.description))
    }
}
