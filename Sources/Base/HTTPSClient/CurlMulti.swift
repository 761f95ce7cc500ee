// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl

/// Transfers side by side, with the connections that they leave behind.
// @unchecked: what belongs to the worker's thread is called on it alone; ``wake()`` may be called from any thread, and
// the mutex of HTTPExchanges is held meanwhile, so that the handle is not freed under it.
final class CurlMulti: @unchecked Sendable {
    private let handle: OpaquePointer

    init?(library: CurlLibrary) {
        guard let handle = ccurl_multi_new(library.handle, HTTPLimits.cachedConnections) else { return nil }
        self.handle = handle
    }

    deinit { ccurl_multi_free(handle) }

    /// Makes the running or the next ``poll(milliseconds:)`` return.
    func wake() { ccurl_multi_wake(handle) }

    func add(_ transfer: CurlTransfer) -> Bool { ccurl_multi_add(handle, transfer.handle) == 0 }

    func remove(_ transfer: CurlTransfer) { _ = ccurl_multi_remove(handle, transfer.handle) }

    /// Does what can be done without waiting.
    func perform() -> Bool { ccurl_multi_perform(handle) == 0 }

    /// Waits until there is something to do.
    func poll(milliseconds: Int) -> Bool { ccurl_multi_poll(handle, Int32(milliseconds)) == 0 }

    /// Takes out a transfer that has ended.
    func nextDone() -> (id: UInt64, code: Int32)? {
        var (id, code) = (UInt64(0), Int32(0))
        return ccurl_multi_next_done(handle, &id, &code) == 1 ? (id, code) : nil
    }
}
