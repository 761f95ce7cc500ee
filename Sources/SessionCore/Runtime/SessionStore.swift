// SPDX-License-Identifier: Apache-2.0

/// Where the session is kept: durable once it was saved.
public protocol SessionStore: AnyObject {
    /// Saves a record.
    ///
    /// - Parameters:
    ///   - record: The record, as it is stored.
    ///   - generation: The customer's generation, which stays readable without the record's key.
    ///   - scrub: Whether no older copy may be left.
    /// - Returns: Why an older copy is left all the same; `nil`: none is, or none had to go.
    /// - Throws: ``StoreFailure``: the record is not stored, and what was stored before still is.
    func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure?

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

extension StateStore: SessionStore {
    /// Saves a record to the folder.
    public func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure? {
        do throws(StoreError) {
            let outcome: StoreSave = try save(record, generation: generation, scrub: scrub)
            guard case .savedNotScrubbed(let error) = outcome else { return nil }
            return StoreFailure(error.summary, hint: error.hint)
        } catch {
            throw StoreFailure(error.summary, hint: error.hint)
        }
    }

    /// Sets the files in the folder aside, also those whose checksum is right: what is in them could not be read.
    public func discardUnreadable() throws(StoreFailure) {
        do throws(StoreError) { _ = try setAsideAll() } catch { throw StoreFailure(error.summary, hint: error.hint) }
    }
}

/// Stands in for a folder that cannot even be opened: nothing is read, nothing is written.
public final class ClosedStore: SessionStore {
    private let failure: StoreFailure

    /// A store that fails for a reason.
    public init(_ failure: StoreFailure) { self.failure = failure }

    /// Fails.
    public func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure? {
        throw failure
    }

    /// Fails.
    public func discardUnreadable() throws(StoreFailure) { throw failure }
}
