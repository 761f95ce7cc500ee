// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionClient
import SessionProtocol
import SessiondPrimitives

/// Whether somebody answers, and what the caller may do there.
struct DaemonCheck: DoctorCheck {
    static let name = "daemon"

    let daemon: DaemonFacts
    let remedies: Remedies
    /// Who asks.
    var caller = AccountLabels.user(geteuid())

    func examine() -> DoctorFinding {
        switch daemon.hello {
        case .success(let hello): answer(hello)
        case .failure(let error): failure(error)
        }
    }

    private func answer(_ hello: HelloAnswer) -> DoctorFinding {
        guard !hello.capabilities.isEmpty else {
            return .problem(
                "\(hello.server) answers, but you may do nothing there",
                hint: "let an administrator see what would grant it: sessionctl access explain --user \(caller)")
        }
        let since = (try? daemon.info.get()).map { " since \($0.startedAt.shown)" } ?? ""
        let hasAll = Capability.allCases.allSatisfy { hello.capabilities.contains($0.rawValue) }
        let rights = hasAll ? "do everything" : hello.capabilities.joined(separator: ", ")
        return .ok("\(hello.server) runs\(since); you may \(rights)")
    }

    private func failure(_ error: ClientError) -> DoctorFinding {
        // What is wrong is said once, by the check of the configuration, of the socket, or of the groups.
        if error.sessionError?.name == .notConfigured { return .ok("sessiond runs") }
        if error.code == .permissionDenied { return .skipped("it is not for you to ask") }
        if let number = error.systemErrorNumber, number == ENOENT || number == ENOTDIR {
            return .skipped("there is nobody to ask")
        }
        if error.code == .timedOut {
            return .problem(
                "\(error.message): it hangs, or does not start", hint: "\(remedies.journal); then: \(remedies.restart)")
        }
        return .problem(error.message, hint: error.hint ?? remedies.journal)
    }
}
