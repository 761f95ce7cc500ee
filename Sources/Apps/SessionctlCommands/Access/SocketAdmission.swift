// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol
import SessiondPrimitives

/// Whether a caller may connect at all: that is for the mode of the socket to say, and of the folders on the way to it,
/// unix(7), and for no rule.
struct SocketAdmission {
    let path: SocketPath
    /// Who may, where they are those of one group.
    let group: gid_t?
    /// What lets the caller in; `nil`: they may connect.
    let remedy: String?

    var mayConnect: Bool { remedy == nil }

    /// Looks at a socket; `nil` where there is none to be seen.
    init?(_ path: SocketPath, for caller: ExplainedCaller) {
        guard let socket = try? FileFacts(path.description), socket.isSocket else { return nil }
        self.path = path
        group = socket.mode & (S_IWGRP | S_IWOTH) == S_IWGRP ? socket.group : nil
        // A user whom nothing names owns no socket either.
        let user = caller.user ?? .max
        let closed = path.description.foldersOnTheWay.first { folder in
            (try? FileFacts(folder)).map { !$0.grants(0o1, to: user, in: caller.groups) } ?? false
        }
        if let closed {
            remedy = "the folder \(closed) is closed to them: have the socket in one that they may enter, as /run is"
        } else if socket.grants(0o2, to: user, in: caller.groups) {
            remedy = nil
        } else {
            remedy =
                group.map { SocketAdmission.membership(of: caller, in: AccountLabels.group($0)) }
                ?? "run it as \(AccountLabels.user(socket.user)), or let a group in: sessiond --socket-group GROUP"
        }
    }

    private static func membership(of caller: ExplainedCaller, in group: String) -> String {
        let unit = "in a unit: SupplementaryGroups=\(group)"
        return caller.user.map { "usermod -aG \(group) \(AccountLabels.user($0)), then a new login; \(unit)" } ?? unit
    }

    var text: String {
        let who = group.map { ", for the group \(AccountLabels.group($0)) alone" } ?? ""
        let answer = remedy.map { "may not connect, whatever the lines say (\($0))" } ?? "may connect"
        return "\(path)\(who): \(answer)"
    }

    var json: JSONValue {
        let known = [JSONMember("path", .string(path.description)), JSONMember("mayConnect", .bool(mayConnect))]
        return .object(known + (remedy.map { [JSONMember("remedy", .string($0))] } ?? []))
    }
}

/// Whether a caller may connect to the sockets of a daemon; `nil` where there is none to be seen.
struct SocketAdmissions {
    var apps: SocketAdmission?
    /// That on which nobody gets more than `identity.read`, and for which no line is needed.
    var observers: SocketAdmission?

    /// Looks at the socket that is named, and at the observers' beside it.
    init(_ path: SocketPath, for caller: ExplainedCaller) {
        observers = SocketAdmission(path.observers, for: caller)
        if path != path.observers {
            apps = SocketAdmission(path, for: caller)
        } else if path.description.hasPrefix(SocketAdmissions.runtimeFolder) {
            apps = SocketAdmission(.standard, for: caller)
        }
    }

    init() {}

    private static let runtimeFolder = "/run/sessiond/"
}
