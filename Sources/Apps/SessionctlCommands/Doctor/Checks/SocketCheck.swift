// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondPrimitives

/// Whether the socket is there, and open to those it is for and nobody else.
struct SocketCheck: DoctorCheck {
    /// How a socket is to be.
    struct Expectation: Sendable, Equatable {
        var user: String
        var group: String
        var mode: mode_t
        /// What makes it so again.
        var remedy: String
    }

    static let name = "socket"

    /// Where it is.
    let path: String
    /// `nil`: nobody says how it is to be.
    let expectation: Expectation?
    /// How to start what makes it.
    let startHint: String

    func examine() -> DoctorFinding {
        do throws(FileFacts.Failure) {
            let socket = try FileFacts(path, followingLinks: false)
            guard socket.isSocket else {
                return .problem("\(path) is not a socket", hint: "ls -l \(path); remove it; then \(startHint)")
            }
            return DoctorFinding(worstOf: [judge(socket), try judgeFolder()].compactMap { $0 })
        } catch {
            return finding(for: error)
        }
    }

    private func finding(for failure: FileFacts.Failure) -> DoctorFinding {
        if failure.isMissing { return .problem("there is no socket \(path)", hint: startHint) }
        if failure.isHidden {
            return .problem("a folder on the way to \(path) is closed to you", hint: "namei -l \(path)")
        }
        return .problem("\(path): \(failure.text)", hint: "namei -l \(path)")
    }

    private func judge(_ socket: FileFacts) -> DoctorFinding {
        let found = "\(path), \(socket.description)"
        if let expectation {
            let wanted = "\(expectation.user):\(expectation.group) \(expectation.mode.octal)"
            switch expectation.isMet(by: socket) {
            case .found(true): break
            case .found(false), .absent: return .problem("\(found), and should be \(wanted)", hint: expectation.remedy)
            case .unavailable(let failure):
                return .warning(
                    "\(found), and should be \(wanted), whose ids could not be asked: \(failure)",
                    hint:
                        "see nsswitch.conf(5), and: getent passwd \(expectation.user); getent group \(expectation.group)"
                )
            }
        } else if socket.mode & 0o002 != 0 {
            return .warning("\(found): everybody on this machine may connect", hint: "chmod o= \(path)")
        }
        return .ok(found)
    }

    // Who may write to the folder may put another socket in this one's place.
    private func judgeFolder() throws(FileFacts.Failure) -> DoctorFinding? {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let facts = try FileFacts(folder)
        let isSticky = facts.mode & 0o1000 != 0
        guard facts.mode & 0o022 != 0, !isSticky else { return nil }
        return .problem(
            "others may put their own socket into \(folder), \(facts.description)", hint: "chmod go-w \(folder)")
    }
}

extension SocketCheck.Expectation {
    /// Whether a socket is as it is to be.
    fileprivate func isMet(by socket: FileFacts) -> AccountAnswer<Bool> {
        guard socket.mode == mode else { return .found(false) }
        let answers = AccountLookUps.ids.answers(to: [.user(user), .group(group)])
        switch (answers[.user(user)] ?? .absent, answers[.group(group)] ?? .absent) {
        case (.found(let owner), .found(let group)): return .found(socket.user == owner && socket.group == group)
        case (.unavailable(let failure), _), (_, .unavailable(let failure)): return .unavailable(failure)
        case (.absent, _), (_, .absent): return .absent
        }
    }
}
