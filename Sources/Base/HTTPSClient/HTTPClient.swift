// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl
package import SessiondLinux
import SessiondPrimitives

/// Sends requests to one endpoint with Debian's libcurl.
///
/// Costs nothing until the first request: that loads the library and starts a thread, which ends with its connections
/// when there was no request for ``HTTPLimits/idleTime``. Calls may overlap.
package final class HTTPClient: Sendable {
    private let options: HTTPOptions
    private let clock: @Sendable () -> SystemInstant
    private let exchanges = HTTPExchanges()
    private var place: String { options.base.description }

    package init(options: HTTPOptions, clock: @escaping @Sendable () -> SystemInstant = { .now }) {
        (self.options, self.clock) = (options, clock)
    }

    deinit { exchanges.stop(place: place) }

    /// How many requests are under way.
    var requestCount: Int { exchanges.count }

    /// Whether there is a thread, and with it perhaps connections.
    var isRunning: Bool { exchanges.isRunning }

    /// Sends a request and waits for its answer.
    ///
    /// A cancelled task gives its request up at once, also one not sent yet. Each request but a GET goes on a connection
    /// of its own, once: none fails because a connection kept from before was stale, and none arrives twice.
    ///
    /// - Throws: Whatever stands between a request and its answer. A status of 400 and above is an answer.
    package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let id = exchanges.announce()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if exchanges.submit(id: id, request, waiter, place: place) { startWorker() }
            }
        } onCancel: {
            exchanges.cancel(id: id, place: place)
        }
        return try outcome.get()
    }

    /// Lets no later request use a connection that is open now: after a suspend, the peer may have forgotten it.
    ///
    /// Requests under way go on.
    package func dropConnections() { exchanges.dropConnections() }

    /// Ends all requests and the thread, and refuses those to come. Blocks until the thread has ended, which waits for
    /// nothing.
    func shutDown() {
        exchanges.stop(place: place)
        exchanges.waitForEnd()
    }

    private func startWorker() {
        let (options, clock, exchanges, place) = (options, clock, exchanges, place)
        let error = DetachedThread.start(name: "https") {
            do throws(HTTPFailure) {
                var worker = try HTTPWorker(options: options, clock: clock, exchanges: exchanges)
                worker.run()
            } catch {
                exchanges.leave(failing: error)
            }
            ccurl_trim_heap()
            exchanges.threadEnded()
        }
        guard error != 0 else { return }
        exchanges.leave(failing: HTTPFailure(.notStarted(Int(error)), at: place))
        exchanges.threadEnded()
    }
}
