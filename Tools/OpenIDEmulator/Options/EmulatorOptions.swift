// SPDX-License-Identifier: Apache-2.0

/// How an emulator is set up; the defaults are those of the command line.
package struct EmulatorOptions: Sendable {
    /// The port on 127.0.0.1; 0 lets the kernel choose.
    package var port: UInt16 = 0
    /// What stands behind the address in the issuer.
    package var issuerPath = "/realms/shop"
    /// The clients; none: a public one, `kiosk`.
    package var clients: [ClientOption] = []
    /// Where authorization responses may go to, for every client.
    package var redirectURIs: [String] = []
    /// The people who can sign in; none: `anna`.
    package var accounts: [AccountOption] = []
    /// What it does that providers do differently.
    package var behaviour = Behaviour()
    /// How far the emulator's clock is ahead of the machine's.
    package var clockOffsetSeconds: Int64 = 0
    /// Whether answers have a `Date`.
    package var statesDate = true
    /// The RSA key in PEM that tokens are signed with; `nil`: a new one.
    package var signingKeyPEM: String?
    /// The faults from the start.
    package var faults: [Fault] = []
    /// The file that the log is appended to; `nil`: it is kept in memory only.
    package var logFile: String?
    /// The file that codes, grants and tokens are kept in; `nil`: they end with the emulator.
    package var stateFile: String?

    /// The defaults.
    package init() {}
}
