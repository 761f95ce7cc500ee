// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol
import SessiondPrimitives

/// `conformance-driver SOCKET`: uses `SessionClient` as an app does, as Tests/Conformance/README.md says.
@main
struct ConformanceDriver {
    static func main() throws {
        let client = try SessionClient(socketPath: CommandLine.arguments.dropFirst().first ?? "")
        var tasks: [String: Task<Void, Never>] = [:]
        while let line = readLine() {
            let asked = try JSONValue(parsing: Array(line.utf8))
            if let name = asked["cancel"]?.string {
                tasks[name]?.cancel()
            } else if let id = asked["id"]?.string {
                // The main actor waits for lines.
                tasks[id] = Task.detached { await obey(asked, Reply(id: id), client) }
            }
        }
        // Whatever is under way.
        exit(0)
    }

    private static func obey(_ asked: JSONValue, _ reply: Reply, _ client: SessionClient) async {
        guard let method = asked["call"]?.string else { return await follow(reply, client) }
        do throws(ClientError) {
            let call = AppCall(client: client, method: method, options: asked["options"]?.members ?? [])
            let answer = try await call.answer()
            reply.say { $0.member("answer", answer) }
        } catch {
            reply.say { error.write(to: &$0) }
        }
    }

    private static func follow(_ reply: Reply, _ client: SessionClient) async {
        for await change in client.changes() {
            reply.say { writer in
                writer.object("change") { writer in
                    writer.member("cause", change.cause.name)
                    writer.member("generation", change.status?.generation)
                    writer.member("isOtherCustomer", change.isOtherCustomer)
                    if case .interrupted(let error) = change.cause { error.write(to: &writer) }
                }
            }
        }
        reply.say { $0.member("ended", true) }
    }
}

/// What is said of one thing that was asked.
private struct Reply: Sendable {
    private static let output = Monitor(())

    let id: String

    func say(_ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", id)
        write(&writer)
        writer.endObject()
        let line = writer.bytes + [UInt8(ascii: "\n")]
        Reply.output.withLock { _ in
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}

/// A call by the method's name on the wire.
private struct AppCall {
    let client: SessionClient
    let method: String
    let options: [JSONMember]

    func answer() async throws(ClientError) -> JSONValue {
        switch method {
        case "status": try await made(GetStatus())
        case "profile": try await made(GetProfile())
        case "touch": try await made(Touch())
        case "pendingSignIn": try await made(GetPendingSignIn())
        case "retrieveToken": try await made(RetrieveToken(parameters: options))
        case "signOut": try await made(SignOut(parameters: options))
        case "beginSignIn": try await made(BeginSignIn(parameters: options))
        case "cancelSignIn": try await made(CancelSignIn(parameters: options))
        // Not by the parameters, whose limits are the daemon's to hold.
        case "signIn": try await made(SignIn(account: .email(text("email")), password: Secret(text("password"))))
        default: throw .session(SessionError(.methodNotFound, "the driver has no \(method)"))
        }
    }

    private func text(_ name: String) -> String { options.first { $0.name == name }?.value.string ?? "" }

    // The app's own words are no parameters of the daemon's.
    private func made<Request: SessionRequest>(
        _ request: @autoclosure () throws -> Request
    ) async throws(ClientError) -> JSONValue {
        let asked: Request
        do { asked = try request() } catch { throw .session(SessionError(.invalidParams, "\(error)")) }
        let answer = try await client.call(asked, deadline: deadline)
        var writer = JSONWriter()
        answer.write(to: &writer)
        return (try? JSONValue(parsing: writer.bytes)) ?? .null
    }

    private var deadline: Duration? {
        var reader = ParameterReader(options)
        return (try? reader.seconds("_deadlineSeconds", in: 0...300)).flatMap { $0 }.map { .seconds($0) }
    }
}

extension SessionChange.Cause {
    fileprivate var name: String {
        switch self {
        case .snapshot: "snapshot"
        case .event(let event): event.kind.rawValue
        case .gap: "gap"
        case .interrupted: "interrupted"
        case .resumed: "resumed"
        }
    }
}

extension ClientError {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object("error") { writer in
            writer.member("name", sessionError?.name.rawValue ?? code.rawValue)
            writer.member("retryable", sessionError?.isRetryable ?? false)
            writer.member("retryAfterSeconds", sessionError?.retryAfterSeconds)
        }
    }
}
