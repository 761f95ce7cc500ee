// SPDX-License-Identifier: Apache-2.0

import SessiondLinux

/// The content of one file, which only root and the daemon's user can have written.
struct ConfigurationFile: Hashable {
    let path: String
    let bytes: [UInt8]
    let isReadableByEveryone: Bool

    /// Reads a regular file within ``ConfigurationLimits/maximumFileBytes``; `/dev/null`, which a drop-in is linked to
    /// in order to mask one of the same name, counts as an empty one.
    init(path: String, for reader: FileReader) throws(FileFailure) {
        let file: PlainFile
        do throws(PlainFileFailure) {
            file = try PlainFile(path: path, maximumBytes: ConfigurationLimits.maximumFileBytes, for: reader)
        } catch {
            throw FileFailure(error, path: path)
        }
        if let stranger = file.stranger { throw FileFailure(stranger) }
        (self.path, bytes, isReadableByEveryone) = (path, file.bytes, file.isReadableByEveryone)
    }
}
