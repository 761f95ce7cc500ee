// SPDX-License-Identifier: Apache-2.0

/// The plain reads' answers, encoded already, and who has had the token.
struct PreparedReads {
    var token = PreparedAnswer()
    var status = PreparedAnswer()
    var uuid = PreparedAnswer()
    /// Who has had the token of this generation, so that each is logged once.
    private var readers: (generation: Int64, users: Set<UInt32>, pages: Set<CallerIdentity>) = (0, [], [])

    /// Makes sure that none is used any more.
    mutating func invalidate() {
        token.invalidate()
        status.invalidate()
        uuid.invalidate()
    }

    /// Notes that a user has the token of a generation; whether it is the first time.
    mutating func isFirstRead(by user: UInt32, of generation: Int64) -> Bool {
        if readers.generation != generation { readers = (generation, [], []) }
        return readers.users.insert(user).inserted
    }

    /// Notes that pages have the token of a generation; whether it is the first time.
    mutating func isFirstRead(byPages pages: CallerIdentity, of generation: Int64) -> Bool {
        if readers.generation != generation { readers = (generation, [], []) }
        return readers.pages.insert(pages).inserted
    }
}
