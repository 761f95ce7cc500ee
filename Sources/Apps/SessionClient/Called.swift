// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// What is called, as far as it decides what is done and said when no answer comes.
struct Called: Sendable, Equatable {
    /// The method's name.
    let name: String
    /// Whether the call may change anything.
    let isMutation: Bool

    /// What a watch calls.
    static let watch = Called(.watch)

    /// A call that may change what its method may.
    init(_ method: Method) { (name, isMutation) = (method.rawValue, method.isMutation) }

    init<Request: SessionRequest>(_ request: Request) {
        (name, isMutation) = (Request.method.rawValue, request.isMutation)
    }
}
