// SPDX-License-Identifier: Apache-2.0

import CSessiondCurl

/// libcurl, loaded when the first request needs it and never unloaded.
struct CurlLibrary {
    let handle: OpaquePointer

    /// Loads it; `nil`: there is none of that name that can be used.
    init?(name: String) {
        guard let handle = ccurl_library_open(name) else { return nil }
        self.handle = handle
    }
}
