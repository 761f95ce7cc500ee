// SPDX-License-Identifier: Apache-2.0

/// The folders that a configuration is searched in.
package struct ConfigurationRoots: Sendable, Hashable {
    /// What packages ship.
    package var vendor: String
    /// What is gone after a restart.
    package var runtime: String
    /// What administrators write.
    package var administrator: String

    /// Makes roots, of which tests have their own.
    package init(vendor: String, runtime: String, administrator: String) {
        self.vendor = vendor
        self.runtime = runtime
        self.administrator = administrator
    }

    /// Those of an installed daemon.
    package static let system = ConfigurationRoots(
        vendor: "/usr/lib/sessiond",
        runtime: "/run/sessiond",
        administrator: "/etc/sessiond"
    )
}
