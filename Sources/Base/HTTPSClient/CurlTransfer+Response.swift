// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl
import SessiondLinux

extension CurlTransfer {
    /// The answer of a transfer that has ended.
    func response(
        code: Int32, options: HTTPOptions, sentAt: SystemInstant, receivedAt: SystemInstant
    ) throws(HTTPFailure) -> HTTPResponse {
        let head = HTTPResponseHead(header)
        let outcome = CurlOutcome(self, code: code, head: head)
        if let meaning = outcome.meaning(options: options) {
            let concernsProxy = outcome.concernsProxy(meaning, options: options)
            let place = concernsProxy ? options.proxy : options.base
            throw HTTPFailure(meaning, at: (place ?? options.base).description)
        }
        return HTTPResponse(
            status: outcome.status, date: head.date, retryAfter: head.retryAfter(now: receivedAt.unixSeconds),
            mediaType: head.mediaType, body: body, sentAt: sentAt, receivedAt: receivedAt)
    }
}
