// SPDX-License-Identifier: Apache-2.0

/// Who a request speaks of, for the log.
struct Subject: Sendable {
    var apiKey: String?
    var uuid: String?
    var tokenID: String?
}
