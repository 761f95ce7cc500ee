// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The stream that connects a service's output with the journal, as `JOURNAL_STREAM` names it, systemd.exec(5).
struct JournalStream: Hashable {
    let device: UInt
    let inode: UInt

    /// Parses `DEVICE:INODE`, both decimal; anything else is nil.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let device = UInt(parts[0]), let inode = UInt(parts[1]) else { return nil }
        self.device = device
        self.inode = inode
    }

    /// Compares the numbers: a child whose stderr went elsewhere inherits the variable too.
    func isConnected(to descriptor: CInt) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        return status.st_dev == device && status.st_ino == inode
    }
}
