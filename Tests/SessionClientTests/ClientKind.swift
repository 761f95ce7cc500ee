// SPDX-License-Identifier: Apache-2.0

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
    func call<Request: SessionRequest>(_ request: Request, _ deadline: Duration?) async throws -> Request.Response {
        try call(request, deadline: deadline)
    }
}
