// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessionProtocol

/// Whether the stored session can be read, and is encrypted.
struct SealingCheck: DoctorCheck {
    static let name = "sealing"

    let daemon: DaemonFacts
    let units: Units
    /// `nil`: there is no usable configuration.
    let settings: Settings?
    let remedies: Remedies
    /// Where the key is in clear, in a folder that root alone enters.
    var keyPath = "/run/sessiond-key/sessiond.state-key"

    func examine() -> DoctorFinding {
        if let problem = daemon.problem(.storeLocked) ?? daemon.error(.storeLocked)?.description {
            return .problem(problem, hint: keyHint ?? remedies.journal)
        }
        guard let store = (try? daemon.status.get())?.store else { return .skipped("sessiond does not say") }
        if store.sealed { return keyFile ?? .ok("the stored session is encrypted") }
        if settings?.store.seal == .no { return .ok("not encrypted, as Seal=no has it") }
        return .warning(
            "the stored session is not encrypted: there is no key",
            hint: keyHint ?? "Seal=no in [Store] of sessiond.conf where that is meant")
    }

    // The key itself, where the caller may look. The daemon has it, but the next one would not.
    private var keyFile: DoctorFinding? {
        guard units[.key]?["ActiveState"] == "active" else { return nil }
        do throws(FileFacts.Failure) {
            guard try FileFacts(keyPath).mode & 0o077 != 0 else { return nil }
            return .problem("others can read the key in \(keyPath)", hint: "chmod 0400 \(keyPath)")
        } catch {
            let restart = "systemctl restart \(UnitFacts.Name.key.rawValue)"
            return error.isMissing ? .problem("there is no key in \(keyPath)", hint: restart) : nil
        }
    }

    private var keyHint: String? {
        guard units[.key] != nil else { return nil }
        let key = UnitFacts.Name.key.rawValue
        return "journalctl -b -u \(key); then: systemctl restart \(key) \(UnitFacts.Name.service.rawValue)"
    }
}
