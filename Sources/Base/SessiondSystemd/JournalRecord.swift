// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The assignments of one entry, back to back in one buffer.
///
/// Values keep their line feeds: sd_journal_sendv(3) sends such fields in its binary form.
struct JournalRecord {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    init(_ entry: LogEntry) {
        bytes.reserveCapacity(entry.byteCount + entry.fields.count + "MESSAGE=PRIORITY=0".utf8.count)
        append("MESSAGE", entry.message)
        append("PRIORITY", String(entry.level.priority))
        for field in entry.fields {
            append(field.name, field.value)
        }
    }

    private mutating func append(_ name: String, _ value: String) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: value.utf8)
        ends.append(bytes.count)
    }

    /// Lends one vector per assignment, valid during the call.
    func withVectors<Result>(_ body: (UnsafeBufferPointer<iovec>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { buffer in
            // iovec wants a mutable pointer; sending only reads.
            let start = UnsafeMutableRawPointer(mutating: buffer.baseAddress)
            let vectors = zip([0] + ends, ends).map { from, end in
                iovec(iov_base: start?.advanced(by: from), iov_len: end - from)
            }
            return vectors.withUnsafeBufferPointer(body)
        }
    }
}
