// SPDX-License-Identifier: Apache-2.0

/// The folders that a configuration is searched in.
public struct ConfigurationRoots: Sendable, Hashable {
    /// What packages ship.
    public var vendor: String
    /// What is gone after a restart.
    public var runtime: String
    /// What administrators write.
    public var administrator: String

    /// Makes roots, of which tests have their own.
    public init(vendor: String, runtime: String, administrator: String) {
        self.vendor = vendor
        self.runtime = runtime
        self.administrator = administrator
    }

    /// Those of an installed daemon.
    public static let system = ConfigurationRoots(
        vendor: "/usr/lib/sessiond",
        runtime: "/run/sessiond",
        administrator: "/etc/sessiond"
    )
}
