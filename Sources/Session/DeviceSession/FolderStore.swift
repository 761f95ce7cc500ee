// SPDX-License-Identifier: Apache-2.0

package import SealedStore
package import SessionMachine

/// The session's store: a folder, and whoever keeps what that does not take.
package final class FolderStore: SessionStore {
    private let folder: StateStore
    private let keeper: any StateKeeper
    /// What is kept, and not in the folder.
    private var held: (record: [UInt8], generation: Int64)?

    /// A store of a folder that is open, and of a keeper; begins with ``load()``.
    package init(folder: StateStore, keeper: any StateKeeper) { (self.folder, self.keeper) = (folder, keeper) }

    /// Whether what is in the folder is sealed.
    package var isSealed: Bool { folder.isSealed }

    /// The highest generation that is known of the folder, readable or not.
    package var highestGeneration: Int64 { folder.highestGeneration }

    /// Reads what is in the folder, or what was kept, where that is newer; else it is released.
    ///
    /// While the folder is locked, what was kept may still belong to it.
    package func load() -> StoreLoad {
        let load = folder.load(held: keeper.images)
        switch load.outcome {
        case .held(let image, let payload, let header):
            held = (payload, header.generation)
            keeper.release(but: image)
        case .locked: break
        case .absent, .loaded, .damaged, .otherMachine: keeper.release(but: nil)
        }
        return load
    }

    /// Saves a record to the folder.
    package func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure? {
        do throws(StoreError) {
            let outcome = try folder.save(record, generation: generation, scrub: scrub)
            release()
            guard case .savedNotScrubbed(let error) = outcome else { return nil }
            return StoreFailure(error)
        } catch {
            // The disk may have it all the same, and shall not bring it back in place of what counts.
            if !error.isOldStateCertain, let held { _ = hold(held.record, generation: held.generation) }
            throw StoreFailure(error)
        }
    }

    /// Has a record kept, as it would be in the folder.
    package func hold(_ record: [UInt8], generation: Int64) -> Bool {
        guard let image = try? folder.image(of: record, generation: generation), keeper.keep(image) else {
            return false
        }
        held = (record, generation)
        return true
    }

    /// Sets the files in the folder aside, also those whose checksum is right: what is in them could not be read.
    package func discardUnreadable() throws(StoreFailure) {
        do throws(StoreError) { _ = try folder.setAsideAll() } catch { throw StoreFailure(error) }
        keeper.release(but: nil)
        held = nil
    }

    private func release() {
        guard held != nil else { return }
        keeper.release(but: nil)
        held = nil
    }
}
