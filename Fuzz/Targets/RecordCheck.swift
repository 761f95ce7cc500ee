// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import DeviceSession
@testable import SealedStore
@testable import SessionMachine
@testable import SessiondLinux

/// A record as it was stored: read, written again, and gone on with.
enum RecordCheck {
    private static let boots = ["0123456789abcdef0123456789abcdef", "another"].map {
        SessionRecord.Boot(id: $0, now: SessionWalk.now)
    }

    static func run(_ payload: [UInt8]) {
        for boot in boots {
            do throws(SessionError) {
                let record = try SessionRecord(stored: payload, in: boot)
                let again = try? SessionRecord(stored: record.stored(in: boot), in: boot)
                require(again == record, "what was stored is read as something else")
                SessionWalk.run(from: record)
            } catch {
                require(error.name == .storeLocked && error.hint != nil, "\(error)")
                checkText(of: error)
            }
        }
    }
}
