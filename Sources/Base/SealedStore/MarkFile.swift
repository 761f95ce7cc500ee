// SPDX-License-Identifier: Apache-2.0

/// The file with the ``StoreMark``, in a folder of its own.
///
/// It is one sector, which a disk writes whole or not at all, and is written in place after each state. After the first
/// one of a process it is synced, so that none that has stored anything leaves no mark; else the kernel takes its time.
final class MarkFile {
    private static let name = "revision"

    private let storage: any SlotStorage
    private var isDurable = false
    /// What the file says; `nil` where it names no state.
    private(set) var mark: StoreMark?

    /// Opens the folder, creating it with mode 0700 where it is missing, and reads the mark.
    convenience init(folder: String) throws(StoreError) { try self.init(storage: FolderStorage(path: folder)) }

    init(storage: any SlotStorage) throws(StoreError) {
        self.storage = storage
        mark = try storage.read(Self.name, limitBytes: StoreLimits.headerBytes).flatMap(StoreMark.init(block:))
    }

    /// Remembers a state, or that there is none; `isSaved`: it is one that this process has stored.
    func note(_ mark: StoreMark?, isSaved: Bool) throws(StoreError) {
        guard mark != self.mark else { return }
        try storage.write(StoreMark.block(mark), to: Self.name, at: 0)
        self.mark = mark
        guard isSaved, !isDurable else { return }
        try storage.synchronise(Self.name)
        isDurable = true
    }
}
