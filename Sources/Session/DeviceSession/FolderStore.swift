// SPDX-License-Identifier: Apache-2.0

package import SealedStore
package import SessionMachine

/// The session's store: a folder, and whoever keeps what that does not take.
package final class FolderStore: SessionStore {
    private let openFolder: () throws(StoreError) -> StateStore
    private let keeper: any StateKeeper
    /// The folder, or why it is not open.
    private var opened: Result<StateStore, StoreFailure>
    /// What is kept, and not in the folder.
    private var held: (record: [UInt8], generation: Int64)?

    /// A store of a folder that is yet to be opened, and of a keeper; begins with ``load()``.
    package init(keeper: any StateKeeper, folder openFolder: @escaping () throws(StoreError) -> StateStore) {
        (self.openFolder, self.keeper) = (openFolder, keeper)
        opened = .failure(StoreFailure("the folder was not opened"))
    }

    /// Whether what is in the folder is sealed.
    package var isSealed: Bool { (try? opened.get())?.isSealed ?? false }

    /// The highest generation that is known of the folder, readable or not.
    package var highestGeneration: Int64 { (try? opened.get())?.highestGeneration ?? 0 }

    /// Opens the folder and reads what is in it, or what was kept, where that is newer; else that is released.
    ///
    /// While the session is locked, it may be called again, and what was kept may still belong to the folder.
    ///
    /// - Throws: ``StoreError``: the folder cannot be opened, and nothing is written anywhere.
    package func load() throws(StoreError) -> StoreLoad {
        let folder = try open()
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

    // What is open has the folder's lock, which is given back first.
    private func open() throws(StoreError) -> StateStore {
        opened = .failure(StoreFailure("the folder is being opened"))
        do throws(StoreError) {
            let folder = try openFolder()
            opened = .success(folder)
            return folder
        } catch {
            opened = .failure(StoreFailure(error))
            throw error
        }
    }

    /// Saves a record to the folder.
    package func save(_ record: [UInt8], generation: Int64, scrub: Bool) throws(StoreFailure) -> StoreFailure? {
        let folder = try opened.get()
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
        guard let image = try? opened.get().image(of: record, generation: generation), keeper.keep(image) else {
            return false
        }
        held = (record, generation)
        return true
    }

    /// Sets the files in the folder aside, also those whose checksum is right: what is in them could not be read.
    package func discardUnreadable() throws(StoreFailure) {
        let folder = try opened.get()
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
