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

    /// Reads what was answered to it.
    ///
    /// - Throws: ``ClientError/Code/malformedAnswer``.
    func read<Request: SessionRequest>(
        _ type: Request.Type, _ result: JSONElement
    ) throws(ClientError) -> Request.Response {
        do throws(SessionError) { return try Request.Response(from: AnswerReader(result)) } catch {
            throw .malformedAnswer(self, error)
        }
    }
}
