// SPDX-License-Identifier: Apache-2.0

/// What is noted of requests: in the journal, in numbers, and against guessing.
struct ServiceRecords {
    var journal: ServerJournal
    var counts = ServiceCounts()
    var signIns = FailedSignIns()

    init(journal: ServerJournal) { self.journal = journal }
}
