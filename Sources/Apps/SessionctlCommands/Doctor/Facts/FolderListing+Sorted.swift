// SPDX-License-Identifier: Apache-2.0

import SessiondLinux

extension FolderListing {
    /// The names in a folder, sorted; none where it cannot be listed.
    static func sortedNames(in folder: String) -> [String] {
        ((try? names(in: folder)) ?? []).map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
}
