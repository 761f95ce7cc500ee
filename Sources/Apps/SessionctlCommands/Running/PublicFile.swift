// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A file that everybody may read, and that readers find whole, before or after, whatever happens.
struct PublicFile {
    /// Where it is.
    let path: String

    /// Puts a text in its place: a file of another name beside it, renamed when it is complete.
    ///
    /// - Throws: ``CommandFailure``; the file is as it was.
    func replace(with text: String) throws(CommandFailure) {
        // Hidden, and not of the ending that is looked for in such a folder.
        var name = Array("\(folder).\(lastName).XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw failure }
        defer { close(descriptor) }
        guard write(text, to: descriptor), fchmod(descriptor, 0o644) == 0, rename(name, path) == 0 else {
            let number = errno
            unlink(name)
            errno = number
            throw failure
        }
    }

    private var folder: Substring { path[..<(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)] }

    private var lastName: Substring { path[folder.endIndex...] }

    private func write(_ text: String, to descriptor: Int32) -> Bool {
        do throws(CommandFailure) {
            try StandardStream(descriptor: descriptor).write(text)
            return true
        } catch { return false }
    }

    private var failure: CommandFailure { .system(.outputError, name: "outputError", "cannot write \(path)") }
}
