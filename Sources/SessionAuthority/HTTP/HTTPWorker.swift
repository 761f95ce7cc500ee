// SPDX-License-Identifier: Apache-2.0

import CCurl
import SessionCore
import SessionProtocol

/// Carries out requests on a thread of its own, and ends when there have been none for a while.
///
/// Nothing here waits but for the network: libcurl fills buffers of C, and answers are handed over by resuming a
/// continuation.
struct HTTPWorker: ~Copyable {
    private struct Running {
        let transfer: CurlTransfer
        let sentAt: Moment
    }

    private let library: CurlLibrary
    private let options: HTTPOptions
    private let clock: any SessionClock
    private let exchanges: HTTPExchanges
    private var multi: CurlMulti
    private var running: [UInt64: Running] = [:]
    /// Whether the multi holds connections that no later transfer may use.
    private var isStale = false
    private var lastActive = ContinuousClock.now

    /// A worker on the calling thread.
    ///
    /// - Throws: `libraryMissing`, `notStarted`.
    init(options: HTTPOptions, clock: any SessionClock, exchanges: HTTPExchanges) throws(HTTPFailure) {
        guard let library = CurlLibrary(name: options.library) else {
            throw HTTPFailure(.libraryMissing, at: options.library)
        }
        guard let multi = CurlMulti(library: library) else {
            throw HTTPFailure(.notStarted(Int(CCURLE_OUT_OF_MEMORY)), at: options.base.description)
        }
        (self.library, self.multi, self.options) = (library, multi, options)
        (self.clock, self.exchanges) = (clock, exchanges)
    }

    /// Works until there is nothing more to do.
    mutating func run() {
        while true {
            let inbox = exchanges.take(waitingIn: multi)
            if inbox.stops { break }
            for id in inbox.cancelled { end(id) }
            if inbox.dropsConnections { isStale = true }
            renewIfStale()
            for submission in inbox.submissions { begin(submission) }
            guard multi.perform() else { return giveUp() }
            while let (id, code) = multi.nextDone() { finish(id, code) }
            if running.isEmpty, restOfIdleTime <= 0, exchanges.leaveIfIdle() { return }
            guard multi.poll(milliseconds: running.isEmpty ? restOfIdleTime : 60_000) else { return giveUp() }
        }
        for id in Array(running.keys) { end(id) }
        exchanges.leave(failing: HTTPFailure(.stopped, at: options.base.description))
    }

    private var restOfIdleTime: Int {
        let rest = options.idleTime - lastActive.duration(to: .now)
        return rest <= .zero ? 0 : rest.curlMilliseconds
    }

    private mutating func begin(_ submission: HTTPInbox.Submission) {
        do throws(HTTPFailure) {
            let transfer = try CurlTransfer(
                id: submission.id, submission.request, options: options, isFresh: isStale, library: library)
            let sentAt = clock.now()
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
            try ended.transfer.response(code: code, options: options, sentAt: ended.sentAt, receivedAt: clock.now())
        }
        exchanges.finish(id: id, outcome)
    }

    /// Closes the connections of before; as long as a transfer runs, new ones only leave them alone.
    private mutating func renewIfStale() {
        guard isStale, running.isEmpty, let fresh = CurlMulti(library: library) else { return }
        (multi, isStale) = (fresh, false)
        exchanges.wait(in: fresh)
    }

    /// libcurl cannot go on, for lack of memory or descriptors: nobody shall wait for it.
    private mutating func giveUp() {
        for id in Array(running.keys) { end(id) }
        exchanges.leave(failing: HTTPFailure(.notStarted(0), at: options.base.description))
    }
}
