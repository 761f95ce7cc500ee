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
        return try Transport(section: "Synerise", network).options(for: baseURL, setting: "BaseURL")
    }
}
