// SPDX-License-Identifier: Apache-2.0

/// The durable store of the session: two files, written in turn, of which the highest intact revision counts.
///
/// A save writes the file that does *not* hold the current state and synchronises it, so that a crash at any instant
/// leaves the old state or the new one. The payload is opaque; with a key it is sealed.
///
/// It has one owner, which calls one method at a time; each returns when the disk has answered.
package final class StateStore {
    let storage: any SlotStorage
    let options: StoreOptions
    let makeInstallationID: () -> HexIdentifier
    /// Where the last state is remembered; `nil`: nowhere.
    var markFile: MarkFile?
    /// Why it is not, where it should be.
    var markFailure: StoreError?

    var files = StoreFile.pair
    /// The file that holds the current state; `nil` before the first save.
    var current: Int?
    var revision: Int64 = 0
    /// Whether the file that is not current may still hold something that the current state has cleared.
    var isScrubDue = false
    /// Whether both files have the size they should have.
    var isPreallocated = false
    var condition = Condition.notLoaded

    /// The highest generation that a header in the folder names, whether its state is intact or not; 0 where none does.
    package internal(set) var highestGeneration: Int64 = 0

    /// The random id of this installation, made at the first save; `nil` before.
    package internal(set) var installationID: HexIdentifier?

    /// The machine that the state which counts is of; `nil` where it names none.
    var machineID: HexIdentifier?

    /// Whether the stored state is sealed; before the first save, whether that one will be.
    package internal(set) var isSealed: Bool

    enum Condition { case notLoaded, ready, locked }

    /// Opens the folder, creates it with mode 0700 where it is missing, and locks it until this object ends.
    ///
    /// - Parameter markFolder: Where the last state is remembered, so that an older one that has come back is told; one
    ///   that cannot be used is said by ``load(held:)``, and keeps nothing from being stored.
    /// - Throws: ``StoreError``, of reason `lockTaken` where another daemon has it.
    package convenience init(
        folder: String, markFolder: String? = nil,
        options: StoreOptions = StoreOptions()
    ) throws(StoreError) {
        self.init(storage: try FolderStorage(path: folder), options: options) {
            var generator = SystemRandomNumberGenerator()
            return HexIdentifier(using: &generator)
        }
        do throws(StoreError) { markFile = try markFolder.map(MarkFile.init(folder:)) } catch { markFailure = error }
    }

    init(storage: any SlotStorage, options: StoreOptions, makeInstallationID: @escaping () -> HexIdentifier) {
        (self.storage, self.options, self.makeInstallationID) = (storage, options, makeInstallationID)
        isSealed = options.sealing.savingKey != nil
    }
}
