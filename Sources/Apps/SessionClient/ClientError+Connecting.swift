// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

extension ClientError {
    /// The error for a socket that could not be connected to: what, where, and what to do.
    package static func connecting(to path: SocketPath, _ failure: SystemError) -> ClientError {
        if failure.call == .connect, failure.number == EACCES { return permissionDenied(path) }
        if failure.call == .connect, failure.number == ECONNREFUSED, !isSocket(path) {
            return ClientError(
                .unreachable, "\(path) is not a socket", hint: placeHint, systemErrorNumber: failure.number)
        }
        return ClientError(
            .unreachable, explanation(path, failure), hint: hint(path, failure), systemErrorNumber: failure.number
        )
    }

    private static func explanation(_ path: SocketPath, _ failure: SystemError) -> String {
        switch (failure.call, failure.number) {
        case (.connect, ENOENT), (.connect, ENOTDIR): "sessiond is not running: there is no socket \(path)"
        case (.connect, ECONNREFUSED): "sessiond is not running: nobody listens on \(path)"
        case (.connect, EPROTOTYPE): "\(path) is a socket, but not sessiond's: it is not a stream socket"
        case (.connect, EAGAIN): "sessiond does not keep up: the queue of \(path) is full"
        case (.connect, let number): "cannot connect to \(path): \(text(number))"
        case (let call, let number): "cannot connect to \(path): \(call.rawValue): \(text(number))"
        }
    }

    private static func hint(_ path: SocketPath, _ failure: SystemError) -> String? {
        switch failure.number {
        case ENOENT, ENOTDIR, ECONNREFUSED: startHint(path)
        case EAGAIN where failure.call == .connect: ClientError.logHint
        case EMFILE, EAGAIN: "this program has reached its limit of open files or threads: ulimit -a"
        case ENFILE, ENOMEM: "the system is short of files or memory"
        default: placeHint
        }
    }

    private static let placeHint =
        "see whether this is the right path: SESSIOND_SOCKET, or the default \(SocketPath.standard)"

    private static func isSocket(_ path: SocketPath) -> Bool {
        var details = stat()
        return stat(path.description, &details) != 0 || details.st_mode & S_IFMT == S_IFSOCK
    }

    /// How to start the daemon, by default where systemd runs as sd_booted(3) says.
    static func startHint(
        _ path: SocketPath, hasSystemd: Bool = access("/run/systemd/system", F_OK) == 0, isRoot: Bool = geteuid() == 0
    ) -> String {
        guard path == .standard else { return "start it: sessiond --socket \(path)" }
        if hasSystemd { return "start it: systemctl start sessiond.socket" }
        // The folder of that socket, and that of the session, are for root to make.
        return isRoot
            ? "start it: sessiond"
            : "start it as root: sessiond; or as yourself: sessiond --socket PATH --state-directory FOLDER, and set "
                + "SESSIOND_SOCKET=PATH"
    }

    private static func permissionDenied(_ path: SocketPath) -> ClientError {
        var details = stat()
        guard stat(path.description, &details) == 0 else {
            return denied(path, "a folder on the way to \(path) is closed to you", placeHint)
        }
        let group = AccountLabels.group(details.st_gid)
        let isOpenToGroup = details.st_mode & S_IWGRP != 0 && details.st_gid != 0
        guard isOpenToGroup else {
            let owner = AccountLabels.user(details.st_uid)
            return denied(
                path, "only \(owner) may use sessiond's socket \(path)",
                "sessiond --socket-group GROUP lets a group in; the package's socket has one")
        }
        let user = AccountLabels.user(geteuid())
        return denied(
            path, "only members of the group \(group) may use sessiond's socket \(path), and \(user) is not in it",
            admission(of: user, to: group, path))
    }

    /// How to be let in, with no more rights than are needed: who only looks at the session has a socket of their own.
    private static func admission(of user: String, to group: String, _ path: SocketPath) -> String {
        func command(_ group: String) -> String { "usermod -aG \(group) \(user)" }
        let ask = "let an administrator run: \(command(group))"
        let observers = path.observers
        var details = stat()
        guard observers != path, stat(observers.description, &details) == 0 else {
            guard path == .standard else { return "\(ask); then log in again" }
            return "\(ask), for tokens and sign-in; then log in again; who is only to see the session gets the socket "
                + "\(observers): systemctl enable --now sessiond-observer.socket"
        }
        if access(observers.description, W_OK) == 0 {
            return "to see the session, use the socket \(observers); for tokens and sign-in, \(ask); then log in again"
        }
        return "\(ask), for tokens and sign-in, or: \(command(AccountLabels.group(details.st_gid))), only to see the "
            + "session by \(observers); then log in again"
    }

    private static func denied(_ path: SocketPath, _ message: String, _ hint: String) -> ClientError {
        ClientError(.permissionDenied, message, hint: hint, systemErrorNumber: EACCES)
    }

    private static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}
