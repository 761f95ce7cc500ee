// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionProtocol

extension HTTPResponse {
    /// What time it was for the peer: `Date`.
    var serverTime: Timestamp? { date.map(Timestamp.init(secondsSince1970:)) }
}
