// SPDX-License-Identifier: Apache-2.0

import Foundation
import SessionClient
import SessionProtocol

/// Either client, for what both must do.
enum ClientKind: CaseIterable {
    case concurrent
    case blocking

    func client(_ path: String) throws -> any Caller {
        switch self {
        case .concurrent: try SessionClient(socketPath: path)
        case .blocking: BlockingSessionClient(path: try SocketPath(path))
        }
    }
}

protocol Caller: Sendable {
    func call<Request: SessionRequest>(_ request: Request, _ deadline: Duration?) async throws -> Request.Response
}

extension SessionClient: Caller {
    func call<Request: SessionRequest>(_ request: Request, _ deadline: Duration?) async throws -> Request.Response {
        try await call(request, deadline: deadline)
    }
}

extension BlockingSessionClient: Caller {
    // On a thread of its own: those of the cooperative pool are few, and other tests wait for them.
    func call<Request: SessionRequest>(_ request: Request, _ deadline: Duration?) async throws -> Request.Response {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try call(request, deadline: deadline) })
            }
        }
    }
}
