// SPDX-License-Identifier: Apache-2.0

/// Where the session is kept: durable once it was saved.
public protocol SessionStore: AnyObject {
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

/// Why something was not stored.
public struct StoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What failed, where: path and the system's own word for it.
    public var description: String
    /// What to do about it.
    public var hint: String?

    /// A failure with its remedy.
    public init(_ description: String, hint: String? = nil) { (self.description, self.hint) = (description, hint) }

    init(_ error: StoreError) { self.init(error.summary, hint: error.hint) }
}

/// Stands in for a folder that cannot even be opened: nothing is read, nothing is written.
public final class ClosedStore: SessionStore {
    private let failure: StoreFailure

    /// A store that fails for a reason.
    public init(_ failure: StoreFailure) { self.failure = failure }

    /// Nothing is stored.
    public var isSealed: Bool { false }

    /// Fails.
    public func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure? {
        throw failure
    }

    /// Keeps nothing.
    public func hold(_ record: [UInt8], generation: Int64) -> Bool { false }

    /// Fails.
    public func discardUnreadable() throws(StoreFailure) { throw failure }
}
