// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol
import SessiondPrimitives

/// Whether a caller may connect at all: that is the mode of the socket, unix(7), and no rule.
struct SocketAdmission {
    let path: SocketPath
    /// Who may, where they are those of one group.
    let group: gid_t?
    let mayConnect: Bool

    /// Looks at a socket; `nil` where there is none to be seen.
    init?(_ path: SocketPath, for caller: ExplainedCaller) {
        guard let socket = try? FileFacts(path.description), socket.isSocket else { return nil }
        self.path = path
        group = socket.mode & (S_IWGRP | S_IWOTH) == S_IWGRP ? socket.group : nil
        // A user whom nothing names owns no socket either.
        mayConnect = socket.grants(0o2, to: caller.user ?? .max, in: caller.groups)
    }

    var text: String {
        let who = group.map { ", for the group \(AccountLabels.group($0)) alone" } ?? ""
        return "\(path)\(who): \(mayConnect ? "may connect" : "may not connect, whatever the lines say")"
    }

    var json: JSONValue {
        .object([JSONMember("path", .string(path.description)), JSONMember("mayConnect", .bool(mayConnect))])
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
