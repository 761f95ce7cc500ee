// SPDX-License-Identifier: Apache-2.0

/// Why a program ends before it has done its work: one line, and an exit status of sysexits(3).
package struct StartFailure: Error {
    /// A key does not open what is stored, or that is damaged; EX_DATAERR.
    package static let wrongData: Int32 = 65
    /// A folder or a file is not there or cannot be read; EX_NOINPUT.
    package static let noInput: Int32 = 66
    /// The authority cannot be reached, where that was all that was asked; EX_UNAVAILABLE.
    package static let unavailable: Int32 = 69
    /// The system refuses something basic; EX_OSERR.
    package static let system: Int32 = 71
    /// The socket or a file cannot be made; EX_CANTCREAT.
    package static let cannotCreate: Int32 = 73
    /// The disk refuses; EX_IOERR.
    package static let diskFailed: Int32 = 74
    /// Another daemon has the folder or the socket; EX_TEMPFAIL.
    package static let taken: Int32 = 75
    /// The configuration cannot be used; EX_CONFIG.
    package static let unusableConfiguration: Int32 = 78

    package var status: Int32
    package var message: String
    /// Whether the log has it, which whoever reads standard error has seen then.
    var isLogged = false

    package init(status: Int32, message: String) { (self.status, self.message) = (status, message) }
}
