// SPDX-License-Identifier: Apache-2.0

import SessionProtocol
import Testing

@testable import SessionMachine

/// A stored property of the session's record, and what becomes of it: ``all`` has a line for each.
struct RecordField: Sendable, CustomTestStringConvertible {
    /// Where a caller sees it.
    enum Exposure: Sendable {
        /// In `session.status`.
        case inStatus
        /// Not there, because …
        case hidden(String)
    }

    /// What is left of it after an end.
    enum Fate: Sendable {
        /// Nothing: it is as in a new record, or the next customer's.
        case cleared
        /// Something else, because …
        case renewed(String)
        /// What it was, because …
        case left(String)
    }

    let name: String
    let exposure: Exposure
    /// After an end of the customer's session that leaves the customer their UUID.
    let afterSignOut: Fate
    /// After another customer took the place of this one.
    let afterCustomer: Fate
    let sample: any Sendable
    /// Gives a record the sample.
    let fill: @Sendable (inout SessionRecord) -> Void
    /// Gives a record what a new one has.
    let reset: @Sendable (inout SessionRecord) -> Void
    let isSame: @Sendable (SessionRecord, SessionRecord) -> Bool

    var testDescription: String { name }

    init<Value: Equatable & Sendable>(
        _ path: any WritableKeyPath<SessionRecord, Value> & Sendable, _ name: String, _ sample: Value,
        _ exposure: Exposure, afterSignOut: Fate, afterCustomer: Fate
    ) {
        (self.name, self.exposure, self.sample) = (name, exposure, sample)
        (self.afterSignOut, self.afterCustomer) = (afterSignOut, afterCustomer)
        fill = { $0[keyPath: path] = sample }
        reset = { $0[keyPath: path] = SessionRecord.new[keyPath: path] }
        isSame = { $0[keyPath: path] == $1[keyPath: path] }
    }
}

extension SessionRecord {
    /// What a new installation has.
    static let new = SessionRecord(uuid: CustomerUUID(bytes: [0], version: 4), generation: 0, accountSalt: "")

    /// A record with a value in every field, none of which a new one has.
    static let filled = RecordField.all.reduce(into: new) { record, field in field.fill(&record) }

    /// What its stored properties are called.
    static let fieldNames = Mirror(reflecting: new).children.compactMap(\.label)
}
