// SPDX-License-Identifier: Apache-2.0

/// How an emulator is set up; the defaults are those of the command line.
public struct EmulatorOptions: Sendable {
    /// The spans that a flag or a control call may give, in seconds: some 3,000 years.
    public static let spanSeconds: ClosedRange<Int64> = -100_000_000_000...100_000_000_000

    /// The port on 127.0.0.1; 0 lets the kernel choose.
    public var port: UInt16 = 0
    /// The API keys that are accepted; none: any.
    public var apiKeys: Set<String> = []
    /// The accounts that exist from the start.
    public var accounts: [AccountOption] = []
    /// The provider tokens that are accepted.
    public var providerTokens: [ProviderTokenOption] = []
    /// What the conditional sign-in answers, by account.
    public var conditions: [ConditionOption] = []
    /// How long a token lives.
    public var tokenLifetimeSeconds: Int64 = 3600
    /// How far the emulator's clock is ahead of the machine's.
    public var clockOffsetSeconds: Int64 = 0
    /// Whether a refresh revokes the token that it replaces.
    public var rotates = false
    /// Whether answers have a `Date`.
    public var statesDate = true
    /// The RSA key in PEM that tokens are signed with; `nil`: a new one.
    public var signingKeyPEM: String?
    /// The path of sign-out; `nil`: not served.
    public var signOutPath: String?
    /// The path of account deletion; `nil`: not served.
    public var deleteAccountPath: String?
    /// The path of Simple Authentication; `nil`: not served.
    public var simpleAuthenticationPath: String?
    /// The faults from the start.
    public var faults: [Fault] = []
    /// The file that the log is appended to; `nil`: it is kept in memory only.
    public var logFile: String?

    /// The defaults.
    public init() {}
}
