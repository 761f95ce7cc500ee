// SPDX-License-Identifier: Apache-2.0

@testable import TestSupport

/// One thing that can happen to a session; a flight is named by its place among those that are not answered yet.
enum OrderEvent: Equatable, Sendable {
    case refreshStarts
    case refreshEnds(Int)
    case refreshIsRejected(Int)
    case loginStarts
    case loginEnds(Int)
    case signIn
    case signOut
    case destroy
    case setLabel
    case changeKey
    /// So long that every token has expired that there was before.
    case timePasses
    case crash
}

/// A rule that an order of events broke.
struct BrokenRule: Error, CustomStringConvertible {
    var description: String
}
