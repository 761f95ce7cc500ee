// SPDX-License-Identifier: Apache-2.0

/// Why the daemon does not start: one line, and an exit status of sysexits(3).
struct StartFailure: Error {
    /// Another daemon has the folder or the socket; EX_TEMPFAIL.
    static let taken: Int32 = 75
    /// The socket cannot be made; EX_CANTCREAT.
    static let cannotCreate: Int32 = 73
    /// The system refuses something basic; EX_OSERR.
    static let system: Int32 = 71
    /// The authority cannot be reached, where that was all that was asked; EX_UNAVAILABLE.
    static let unavailable: Int32 = 69
    /// The configuration cannot be used; EX_CONFIG.
    static let unusableConfiguration: Int32 = 78

    var status: Int32
    var message: String
}
