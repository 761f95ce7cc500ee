// SPDX-License-Identifier: Apache-2.0

import SealedStore
package import SessionMachine

/// Where the session is kept: durable once it was saved.
package protocol SessionStore: AnyObject {
    /// Whether what is stored is sealed.
    var isSealed: Bool { get }

    /// Saves a record.
    ///
    /// - Parameters:
    ///   - record: The record, as it is stored.
    ///   - generation: The customer's generation, which stays readable without the record's key.
    ///   - scrub: Whether no older copy may be left.
    /// - Returns: Why an older copy is left all the same; `nil`: none is, or none had to go.
    /// - Throws: ``StoreFailure``: the record is not stored, and what was stored before still is.
    func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure?

    /// Keeps a record that counts although it could not be saved, as long as the machine runs, in place of the last one.
    ///
    /// The next save that succeeds makes an end of it.
    ///
    /// - Returns: Whether it is kept.
    func hold(_ record: [UInt8], generation: Int64) -> Bool

    /// Puts aside what is stored and cannot be read, so that the next save begins anew.
    func discardUnreadable() throws(StoreFailure)
}

extension StoreFailure {
    init(_ error: StoreError) { self.init(error.summary, hint: error.hint) }
}
