// SPDX-License-Identifier: Apache-2.0

import FlyingFox
import Foundation

/// Hands requests to the emulator and its answers to FlyingFox.
struct HTTPFront<Authority: EmulatedAuthority>: HTTPHandler {
    let emulator: Emulator<Authority>

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        await response(emulator.answer(try await Self.read(request)))
    }

    private static func read(_ request: HTTPRequest) async throws -> Request {
        var headers: [String: String] = [:]
        for (header, value) in request.headers { headers[header.rawValue.lowercased()] = value }
        return Request(
            method: request.method.rawValue, path: request.path,
            query: Dictionary(request.query.map { ($0.name, $0.value) }) { first, _ in first },
            headers: headers, body: Array(try await request.bodyData))
    }

    private func response(_ answer: Answer) -> HTTPResponse {
        let status = HTTPStatusCode(answer.status, phrase: StatusPhrase.of(answer.status))
        var headers = HTTPHeaders()
        headers[HTTPHeader("Server")] = Authority.serverName
        for (name, value) in answer.headers { headers.setValues([value], for: HTTPHeader(name)) }
        return switch answer.delivery {
        case .dropped: HTTPResponse(headers: [:], webSocket: DroppedConnection())
        case .whole: HTTPResponse(statusCode: status, headers: headers, body: Data(answer.body))
        case .chunked:
            HTTPResponse(
                statusCode: status, headers: headers, body: HTTPBodySequence(from: BodyBytes(bytes: answer.body)))
        case .truncated(let count):
            HTTPResponse(
                statusCode: status, headers: headers,
                body: HTTPBodySequence(
                    from: BodyBytes(bytes: Array(answer.body.prefix(count)), breaks: true), count: answer.body.count))
        }
    }
}
