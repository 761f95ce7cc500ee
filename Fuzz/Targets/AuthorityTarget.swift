// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

@testable import DeviceSession
@testable import HTTPSClient
@testable import SealedStore
@testable import SessionAuthorities
@testable import SessionMachine
@testable import SessiondLinux
@testable import SessiondPrimitives

/// An answer of the authority: header, blank line, body.
enum AuthorityTarget {
    private static let now = SessionWalk.now
    private static let instant = SystemInstant(
        boottime: now.boottime, unixSeconds: now.wall.secondsSince1970)
    private static let calls: [SyneriseCall] = [.anonymousLogin, .signIn, .refresh, .profile, .signOut(path: "/out")]

    static func run(_ input: [UInt8]) {
        let response = response(of: input)
        for call in calls { read(response, call) }
        SessionWalk.run(from: record, answer: answer(response, .refresh))
    }

    /// An answer as it comes by HTTP.
    static func response(of input: [UInt8]) -> HTTPResponse {
        let (header, body) = split(input)
        let head = HTTPResponseHead(header)
        require(head.status.map { (100...999).contains($0) } ?? true, "a status of \(head.status ?? 0)")
        let response = HTTPResponse(
            status: head.status ?? 200, date: head.date, retryAfter: head.retryAfter(now: now.wall.secondsSince1970),
            mediaType: head.mediaType, body: body, sentAt: instant, receivedAt: instant)
        require(response.retryAfter.map { $0 >= .zero } ?? true, "a wait into the past")
        return response
    }

    private static func split(_ input: [UInt8]) -> (header: ArraySlice<UInt8>, body: [UInt8]) {
        for index in input.indices where input[index] == 0x0A {
            let rest = input[(index + 1)...]
            if rest.starts(with: [0x0D, 0x0A]) { return (input[...(index + 2)], Array(rest.dropFirst(2))) }
            if rest.starts(with: [0x0A]) { return (input[...(index + 1)], Array(rest.dropFirst())) }
        }
        return (input[...], [])
    }

    private static func read(_ response: HTTPResponse, _ call: SyneriseCall) {
        switch answer(response, call) {
        case .success(let token): check(token, response)
        case .failure(let failure): check(failure, response, call)
        }
    }

    /// What becomes of an answer to a call, as if each brought a token.
    private static func answer(
        _ response: HTTPResponse, _ call: SyneriseCall
    ) -> Result<IssuedToken, AuthorityFailure> {
        let isRefresh = if case .refresh = call { true } else { false }
        do throws(AuthorityFailure) {
            let body = try SyneriseAnswer.body(of: response, to: call)
            let old = isRefresh ? record.client?.issued : nil
            return .success(try SyneriseToken.read(body, response, origin: .anonymous, replacing: old, at: now))
        } catch {
            return .failure(error)
        }
    }

    private static func check(_ token: IssuedToken, _ response: HTTPResponse) {
        require((200..<300).contains(response.status), "a token by an answer of status \(response.status)")
        require((1...315_360_000).contains(token.lifetime.wholeSeconds), "a lifetime of \(token.lifetime)")
        require(token.fault == nil, "a token beyond the bounds: \(token.fault ?? "")")
        require(token.serverTime.map(AuthorityBounds.serverTimes.contains) ?? true, "a time that cannot be right")
        checkLines(with: token)
    }

    /// Every line that holds what came with a token keeps to what the protocol promises.
    private static func checkLines(with token: IssuedToken) {
        var held = record
        held.client = Token(token, uuid: held.uuid, askedAt: .seconds(60))
        var turn = Turn(now: now)
        let machine = SessionMachine(
            record: held, policy: SessionPolicy(),
            traits: AuthorityTraits(
                binding: held.binding ?? Binding(kind: "synerise"), anonymousLoginsPerMinute: 10),
            store: StoreStatus(sealed: false, state: .ok), turn: &turn)
        let snapshot = machine.snapshot(at: now)
        let status = snapshot.status(at: now)
        let event = SessionEvent(sequence: .max, generation: 1, kind: .tokenRefreshed, status: status)
        require(event.line.count <= WireLimits.commonResponseLineBytes, "an event of \(event.line.count) bytes")
        guard case .success(let answer) = snapshot.immediateAnswer(to: RetrieveToken(), at: now) else { return }
        let line = ResponseLine.line(id: Array("1".utf8), result: answer.json)
        require(line.count <= WireLimits.commonResponseLineBytes, "a token answer of \(line.count) bytes")
    }

    /// Only the authority's own word ends a session, and none of its text is shown.
    private static func check(_ failure: AuthorityFailure, _ response: HTTPResponse, _ call: SyneriseCall) {
        if failure.meaning == .rejected, !call.hasCallersInput {
            require(response.status == 401 || response.status == 403, "status \(response.status) ends a session")
        }
        let error = failure.error
        require(error.retryAfterSeconds.map { (0...3_600).contains($0) } ?? true, "a wait of more than an hour")
        require(failure.message.utf8.count < 200, "a long message: \(failure.message)")
        // Field errors are handed on; the rest is ours.
        checkText(of: SessionError(error.name, error.message, hint: error.hint))
        var writer = JSONWriter()
        error.write(to: &writer)
        require(
            writer.bytes.count < WireLimits.commonResponseLineBytes - 512, "an error of \(writer.bytes.count) bytes")
        require((try? JSONValue(parsing: writer.bytes)) != nil, "an error that is no JSON")
    }

    private static let record: SessionRecord = {
        let uuid = CustomerUUID(bytes: [UInt8](repeating: 7, count: 16), version: 4)
        let expiry = Timestamp(secondsSince1970: now.wall.secondsSince1970 + 60)
        let token = IssuedToken(
            secret: Secret("old"), origin: .synerise, expiresAt: expiry, lifetime: .seconds(3_600), realm: "client",
            customID: "c-42", clientID: "434428563")
        var record = SessionRecord(uuid: uuid, generation: 1, accountSalt: "salt")
        record.binding = Binding(kind: "synerise", origin: "https://api.example.com", apiKey: Secret("key"))
        record.client = Token(token, uuid: uuid, askedAt: .seconds(60))
        return record
    }()
}
