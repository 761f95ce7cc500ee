// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionProtocol

/// Every request but those of the control endpoint, in the order in which they were judged.
struct RequestLog<Authority: EmulatedAuthority> {
    private(set) var entries: [LogEntry<Authority>] = []
    private let file: FileHandle?

    /// - Throws: ``OptionError`` for a file that cannot be written.
    init(file path: String?) throws(OptionError) {
        guard let path else {
            file = nil
            return
        }
        let url = URL(filePath: path)
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let handle = try? FileHandle(forWritingTo: url), (try? handle.seekToEnd()) != nil else {
            throw OptionError("the log file \(path) cannot be written")
        }
        file = handle
    }

    /// Adds an entry; a line that the file does not take is in memory all the same.
    mutating func add(_ entry: LogEntry<Authority>) {
        entries.append(entry)
        guard let file else { return }
        var writer = JSONWriter()
        entry.write(&writer)
        try? file.write(contentsOf: Data(writer.bytes + [UInt8(ascii: "\n")]))
    }
}
