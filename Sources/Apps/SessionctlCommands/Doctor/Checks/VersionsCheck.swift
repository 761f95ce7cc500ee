// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionProtocol

/// Whether command line, daemon and what is installed are of one version.
struct VersionsCheck: DoctorCheck {
    static let name = "versions"

    let daemon: DaemonFacts
    /// The daemon's process; `nil`: it is not known.
    let process: Int32?
    /// How to start the daemon anew.
    let restartHint: String
    /// The version of this program.
    var own = Product.version

    func examine() -> DoctorFinding {
        guard let server = (try? daemon.hello.get())?.server ?? (try? daemon.info.get())?.server else {
            return .skipped("sessionctl is \(own); sessiond does not say which it is")
        }
        let running = server.split(separator: "/").last.map(String.init) ?? server
        if let process, ProgramFile.isGone(ofProcess: process) {
            return .warning(
                "sessiond \(running) runs, and another one was installed since", hint: restartHint)
        }
        guard running == own else {
            return .warning(
                "sessionctl is \(own), and sessiond \(running) runs",
                hint: "\(restartHint); if that does not help, install the same version of both")
        }
        return .ok("sessionctl and sessiond \(own)")
    }
}
