// SPDX-License-Identifier: Apache-2.0

extension StateStore {
    /// Writes a whole file durably. Where that fails, the file is emptied again: it must not count at the next start,
    /// and nothing about it is trusted, since after a failed fsync(2) the kernel takes lost pages for written.
    func write(_ image: [UInt8], to index: Int) throws(StoreError) {
        let name = files[index].name
        let padded = image + [UInt8](repeating: 0, count: max(0, files[index].usedBytes - image.count))
        files[index].usedBytes = padded.count
        do throws(StoreError) {
            if try storage.size(of: name) > StoreLimits.maximumImageBytes {
                try storage.shorten(name, to: StoreLimits.maximumImageBytes)
            }
            if current == nil { try writeBody(padded, to: name) }
            try storage.write(current == nil ? Array(padded.prefix(StoreLimits.headerBytes)) : padded, to: name, at: 0)
            try storage.synchronise(name)
            files[index].usedBytes = image.count
        } catch {
            var failure = error
            failure.isOldStateCertain = erase(index) || error.operation != .synchronise && !holds(image, in: name)
            throw failure
        }
    }

    /// Whether all of an image was written, durably or not.
    private func holds(_ image: [UInt8], in name: String) -> Bool {
        do throws(StoreError) {
            return try storage.read(name, limitBytes: image.count) == image
        } catch {
            return true
        }
    }

    /// Writes all but the header, durably: the first save of all has no older state to fall back on, so that a crash in
    /// it must leave a file that is recognised as unfinished.
    private func writeBody(_ padded: [UInt8], to name: String) throws(StoreError) {
        let header = [UInt8](repeating: 0, count: StoreLimits.headerBytes)
        try storage.write(header + padded[StoreLimits.headerBytes...], to: name, at: 0)
        try storage.synchronise(name)
    }

    /// Overwrites with zeros what is behind an intact state.
    func eraseRest(of index: Int, behind count: Int) -> StoreError? {
        let file = files[index]
        guard file.usedBytes > count else { return nil }
        do throws(StoreError) {
            try storage.write([UInt8](repeating: 0, count: file.usedBytes - count), to: file.name, at: count)
            try storage.synchronise(file.name)
            files[index].usedBytes = count
            return nil
        } catch {
            return error
        }
    }

    /// Overwrites what a file may hold with zeros, the header first; whether they are durable.
    private func erase(_ index: Int) -> Bool {
        let name = files[index].name
        do throws(StoreError) {
            let count = min(files[index].usedBytes, try storage.size(of: name))
            if count > 0 {
                try storage.write([UInt8](repeating: 0, count: count), to: name, at: 0)
                try storage.synchronise(name)
            }
            files[index].usedBytes = 0
            return true
        } catch {
            return false
        }
    }
}
