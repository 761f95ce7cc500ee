// SPDX-License-Identifier: Apache-2.0

@testable import SessionProtocol

/// Requests, a line each: what reads the parameters of their method.
enum RequestTarget {
    static func run(_ input: [UInt8]) {
        for line in input.split(separator: 0x0A) {
            guard let value = try? JSONValue(parsing: Array(line)), let members = value["params"]?.members,
                let method = value["method"]?.string.flatMap(Method.init)
            else { continue }
            checkDeadline(members)
            read(members, as: method)
        }
    }

    private static func read(_ members: [JSONMember], as method: Method) {
        switch method {
        case .getUUID: check(GetUUID.self, members)
        case .getUUIDForAuthentication: check(GetUUIDForAuthentication.self, members)
        case .status: check(GetStatus.self, members)
        case .retrieveToken: check(RetrieveToken.self, members)
        case .refreshToken: check(RefreshToken.self, members)
        case .regenerateUUID: check(RegenerateUUID.self, members)
        case .destroy: check(Destroy.self, members)
        case .signIn: check(SignIn.self, members)
        case .authenticate: check(Authenticate.self, members)
        case .authenticateWithToken: check(AuthenticateWithToken.self, members)
        case .simpleAuthenticate: check(SimpleAuthenticate.self, members)
        case .beginSignIn: check(BeginSignIn.self, members)
        case .pendingSignIn: check(GetPendingSignIn.self, members)
        case .completeSignIn: check(CompleteSignIn.self, members)
        case .cancelSignIn: check(CancelSignIn.self, members)
        case .signOut: check(SignOut.self, members)
        case .deleteAccount: check(DeleteAccount.self, members)
        case .setIdentity: check(SetIdentity.self, members)
        case .profile: check(GetProfile.self, members)
        case .touch: check(Touch.self, members)
        case .changeAPIKey: check(ChangeAPIKey.self, members)
        case .hello: check(Hello.self, members)
        case .info: check(GetInfo.self, members)
        case .health: check(GetHealth.self, members)
        case .watch: check(Watch.self, members)
        case .metrics: check(GetMetrics.self, members)
        case .origins: check(GetOrigins.self, members)
        case .discover: check(Discover.self, members)
        case .setLogLevel, .reload: break
        }
    }

    /// What is accepted says the same once it was written and sent; what is refused names a member.
    private static func check<Request: SessionRequest>(_ type: Request.Type, _ members: [JSONMember]) {
        do throws(SessionError) {
            let request = try Request(parameters: members)
            let line = request.line(id: 1)
            var scanner = EnvelopeScanner()
            let text = Array(line.dropLast())
            guard case .single(let envelope)? = try? scanner.scan(text.span) else { fail("no request") }
            require(envelope.problem == nil && envelope.target == .method(Request.method), "another request")
            guard case .object(let range) = envelope.parameters else { fail("no parameters") }
            let sent = require(try? JSONValue(parsing: Array(line[range])), "parameters that are no JSON")
            let again = try? Request(parameters: sent.members ?? [])
            require(again?.line(id: 1) == line, "a request that was sent says something else: \(Request.self)")
        } catch {
            require(error.name == .invalidParams, "\(error)")
            require(error.details.contains { $0.name == "member" }, "no member is named: \(error)")
            checkText(of: error)
        }
    }

    private static func checkDeadline(_ members: [JSONMember]) {
        var reader = ParameterReader(members)
        do throws(SessionError) {
            let seconds = try reader.seconds("_deadlineSeconds", in: WireLimits.deadlineSeconds)
            require(seconds.map(WireLimits.deadlineSeconds.contains) ?? true, "a deadline beyond the limits")
        } catch {
            checkText(of: error)
        }
    }
}
