// SPDX-License-Identifier: Apache-2.0

/// Where the session is kept: durable once it was saved.
public protocol SessionStore: AnyObject {
    /// Saves a record.
    ///
    /// - Parameters:
    ///   - record: The record, as it is stored.
    ///   - generation: The customer's generation, which stays readable without the record's key.
    ///   - scrub: Whether no older copy may be left.
    /// - Throws: ``StoreFailure``: the record is not stored, and what was stored before still is.
    func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure)

    /// Puts aside what is stored and cannot be read, so that the next save begins anew.
    func discardUnreadable() throws(StoreFailure)
}

/// Why something was not stored.
public struct StoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What failed, where: path and the system's own word for it.
    public var description: String
    /// What to do about it.
    public var hint: String?

    /// A failure with its remedy.
    public init(_ description: String, hint: String? = nil) { (self.description, self.hint) = (description, hint) }
}
