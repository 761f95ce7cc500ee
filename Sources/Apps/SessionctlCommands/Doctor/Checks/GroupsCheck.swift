// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessiondPrimitives

/// Whether the caller may connect, by the socket's owner, group and mode.
struct GroupsCheck: DoctorCheck {
    static let name = "groups"

    /// The caller; `nil`: the account database does not answer.
    let caller: Caller?
    /// The daemon's socket.
    let socketPath: String
    /// The socket of an installed daemon.
    var installedPath = SocketPath.standard.description
    /// Whose group lets into that where there is no socket yet.
    var accessGroup = "sessiond"
    /// Who is in it sees the status by a socket of their own.
    var observerGroup = "sessiond-observer"
    /// That socket.
    var observerPath = SocketPath.standard.observers.description

    func examine() -> DoctorFinding {
        guard let caller else {
            return .warning(
                "the account database does not answer", hint: "see nsswitch.conf(5) and its servers: getent group")
        }
        if caller.user == 0 { return .ok("root may do everything") }
        guard let socket = try? FileFacts(socketPath), socket.isSocket else { return membershipWithoutSocket(caller) }
        if socket.user == caller.user { return .ok("\(caller.name) owns the socket") }
        if socket.mode & 0o002 != 0 { return .ok("everybody may connect") }
        guard socket.mode & 0o020 != 0 else {
            let owner = AccountLabels.user(socket.user)
            return .problem("only \(owner) may connect, and this is \(caller.name)", hint: "run it as \(owner)")
        }
        return membership(of: caller, in: socket.group)
    }

    private func membershipWithoutSocket(_ caller: Caller) -> DoctorFinding {
        guard socketPath == installedPath else { return .skipped("there is no socket yet to say whom it lets in") }
        let name = UnixName.group(accessGroup)
        switch AccountLookUps.ids.answer(to: name) {
        case .found(let group): return membership(of: caller, in: group)
        case .absent:
            return .problem(
                "there is no group \(accessGroup)",
                hint: "the package has it; as root: systemd-sysusers, or groupadd --system \(accessGroup)")
        case .unavailable(let failure): return GroupsCheck.notAsked("\(name)", failure, name.command)
        }
    }

    private func membership(of caller: Caller, in group: gid_t) -> DoctorFinding {
        let name = AccountLabels.group(group)
        if caller.groups.contains(group) { return .ok("\(caller.name) is in \(name)") }
        switch caller.futureGroups {
        case .found(let groups) where groups.contains(group):
            return .problem(
                "\(caller.name) is in \(name), but this program was started from a login before that",
                hint: "log in again, or: newgrp \(name); a service: systemctl restart it")
        case .unavailable(let failure):
            return GroupsCheck.notAsked("the groups of the user \(caller.name)", failure, "id \(caller.name)")
        case .found, .absent: return nonmembership(of: caller, in: name)
        }
    }

    private func nonmembership(of caller: Caller, in name: String) -> DoctorFinding {
        let command = "let an administrator run: usermod -aG \(name) \(caller.name)"
        let explanation = "what they may do then: sessionctl access explain --user \(caller.name)"
        let hint = "\(command); then log in again; \(explanation)"
        let observers = AccountLookUps.ids.answer(to: .group(observerGroup)).value
        if let observers, caller.groups.contains(observers) {
            return .warning(
                "\(caller.name) is in \(observerGroup) and not in \(name): the status, and only by \(observerPath)",
                hint: "use --socket \(observerPath), or \(hint)")
        }
        let found = "\(caller.name) is not in \(name), whose members may connect"
        guard let file = try? FileFacts(observerPath), file.isSocket, socketPath != observerPath else {
            return .problem(found, hint: hint)
        }
        return .problem(
            found,
            hint: "\(command), for tokens and sign-in, or: usermod -aG \(observerGroup) \(caller.name), only to see "
                + "the session by \(observerPath); then log in again; \(explanation)")
    }

    private static func notAsked(_ what: String, _ failure: AccountFailure, _ command: String) -> DoctorFinding {
        .warning("\(what) could not be asked: \(failure)", hint: "see nsswitch.conf(5) and its servers: \(command)")
    }
}
