// SPDX-License-Identifier: Apache-2.0

/// How an emulator is set up; the defaults are those of the command line.
package struct EmulatorOptions: Sendable {
    /// The port on 127.0.0.1; 0 lets the kernel choose.
    package var port: UInt16 = 0
    /// The API keys that are accepted; none: any.
    package var apiKeys: Set<String> = []
    /// The accounts that exist from the start.
    package var accounts: [AccountOption] = []
    /// The provider tokens that are accepted.
    package var providerTokens: [ProviderTokenOption] = []
    /// What the conditional sign-in answers, by account.
    package var conditions: [ConditionOption] = []
    /// How long a token lives.
    package var tokenLifetimeSeconds: Int64 = 3600
    /// How far the emulator's clock is ahead of the machine's.
    package var clockOffsetSeconds: Int64 = 0
    /// Whether a refresh revokes the token that it replaces.
    package var rotates = false
    /// Whether answers have a `Date`.
    package var statesDate = true
    /// The RSA key in PEM that tokens are signed with; `nil`: a new one.
    package var signingKeyPEM: String?
    /// The path of sign-out; `nil`: not served.
    package var signOutPath: String?
    /// The path of account deletion; `nil`: not served.
    package var deleteAccountPath: String?
    /// The path of Simple Authentication; `nil`: not served.
    package var simpleAuthenticationPath: String?
    /// The faults from the start.
    package var faults: [Fault] = []
    /// The file that the log is appended to; `nil`: it is kept in memory only.
    package var logFile: String?

    /// The defaults.
    package init() {}
}
