// SPDX-License-Identifier: Apache-2.0

extension StateStore {
    /// Gives both files their size in real zeros, which a sparse file or posix_fallocate(3) would not: on a full disk
    /// only blocks that were written before can surely be written again.
    ///
    /// - Returns: The first failure; the store works on with what there is, and the next save tries again.
    func preallocate() -> StoreError? {
        let share = min(StoreLimits.firstShareBytes, options.preallocatedBytes)
        var failure: StoreError?
        for index in files.indices {
            if let error = extend(index, to: share) { failure = failure ?? error }
        }
        for index in files.indices where failure == nil { failure = extend(index, to: options.preallocatedBytes) }
        isPreallocated = failure == nil
        return failure
    }

    private func extend(_ index: Int, to size: Int) -> StoreError? {
        let name = files[index].name
        var before = 0
        do throws(StoreError) {
            before = try storage.size(of: name)
            guard before < size else { return nil }
            try storage.write([UInt8](repeating: 0, count: size - before), to: name, at: before)
            try storage.synchronise(name)
            return nil
        } catch {
            // Zeros that may not be on the disk would be taken for preallocated at the next start.
            try? storage.shorten(name, to: before)
            return error
        }
    }
}
