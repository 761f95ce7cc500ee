// SPDX-License-Identifier: Apache-2.0

import HTTPSClient
import SessionConfiguration
import SessionProtocol

extension Settings.Synerise {
    /// What holds for every request to the authority.
    ///
    /// - Throws: ``SessionError`` named `notConfigured`.
    func httpOptions() throws(SessionError) -> HTTPOptions {
        guard let baseURL else { throw .unusable("[Synerise] BaseURL= is missing") }
        let timeouts = HTTPTimeouts(connecting: connectTimeout, total: timeout)
        let transport = try Transport(section: "Synerise", caFile: caFile, proxy: proxy, timeouts: timeouts)
        return try transport.options(for: baseURL, setting: "BaseURL")
    }
}
