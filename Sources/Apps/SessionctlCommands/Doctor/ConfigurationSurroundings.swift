// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessiondLinux
import SessiondPrimitives

/// What a configuration points to on this machine: files, keys, users and groups, as the daemon would find them.
struct ConfigurationSurroundings {
    // Who the daemon runs as; `nil`: it is not known.
    private let account: DaemonAccount?
    private let sandbox: Sandbox
    // Whether it is the configuration of a daemon that systemd runs.
    private let isInstalled: Bool

    /// How long systemd is asked.
    private static let patience = Duration.seconds(5)
    private static let userName = "sessiond"

    /// Those of the daemon that systemd runs, or of one that is started by hand.
    init(of choice: ConfigurationChoice) {
        isInstalled = choice.isInstalled
        guard isInstalled else {
            (account, sandbox) = (choice.account, .none)
            return
        }
        let unit = Units.ask(within: ConfigurationSurroundings.patience)[.service]
        sandbox = unit.map(Sandbox.init(of:)) ?? .packaged
        let user = AccountDatabase.id(of: .user(ConfigurationSurroundings.userName)).value
        account = unit.flatMap(DaemonAccount.init(of:)) ?? user.flatMap(DaemonAccount.init(user:))
    }

    /// Whose files the daemon trusts.
    var reader: FileReader { account?.reader ?? .current }

    /// What is wrong or odd: `error: …`, `warning: …`, and `note: …` for what could not be looked at.
    func remarks(on loaded: LoadedConfiguration) -> [String] {
        let kind = loaded.settings.authority.kind
        let files = NamedFilesCheck(settings: loaded.settings, account: account, sandbox: sandbox)
        let named = kind.namedFiles(loaded.settings).flatMap { file in
            files.judge(file).map { remark($0, at: loaded.origin(of: file.setting, in: kind.section)) }
        }
        let rules = loaded.settings.access.rules
        let answers = AccountLookUps.ids.answers(to: Set(rules.compactMap(\.subject.accountName)))
        // One that cannot be asked now is no fault of the configuration's.
        let names = rules.compactMap { NamesCheck.finding(for: $0, answers, reload: "sessionctl reload") }
            .map { remark(.warning($0.found, hint: $0.hint ?? ""), at: nil) }
        let credential = kind.credential.map { remarks(on: $0, loaded) } ?? []
        return (named + credential + names).compactMap { $0 }
    }

    /// What is to be said of files that could not be read.
    func remarks(onProblems problems: [ConfigurationProblem]) -> [String] {
        [problems.closedToCaller.flatMap { remark($0, at: nil) }].compactMap { $0 }
    }

    // A key that comes neither from a setting nor from the service.
    private func remarks(on credential: NamedCredential, _ loaded: LoadedConfiguration) -> [String?] {
        guard isInstalled else {
            guard credential.isNeeded(loaded.settings) else { return [] }
            return [
                remark(
                    .warning(
                        "there is no \(credential.meaning) but in the credential \(credential.name), "
                            + "if sessiond is given that",
                        hint: "else set \(credential.alternatives.map { "\($0)=" }.joined(separator: " or "))"),
                    at: loaded.origin(of: "Kind", in: .authority))
            ]
        }
        let source = ServiceCredential(credential.name)
        let found = source.sources.compactMap { finding(on: $0.path, of: credential) }
        guard found.isEmpty, credential.isNeeded(loaded.settings), !source.isHandedOver else {
            return found.map { remark($0, at: nil) }
        }
        let settings = credential.alternatives.map { "\($0)=" }.joined(separator: " nor ")
        return [
            remark(
                .problem(
                    "there is no \(credential.meaning): neither \(settings) is set, "
                        + "nor does sessiond.service have the credential \(credential.name)",
                    hint: "see EXAMPLES in sessiond.conf(5)"), at: nil)
        ]
    }

    // Where the credential is to come from; `nil`: it is there.
    private func finding(on path: String, of credential: NamedCredential) -> DoctorFinding? {
        let source = "the credential \(credential.name) of sessiond.service is to come from \(path)"
        do throws(FileFacts.Failure) {
            _ = try FileFacts(path)
            return nil
        } catch {
            return error.isMissing
                ? .problem("\(source), which is not there", hint: "systemctl cat sessiond")
                : .skipped("\(source), which could not be looked at: \(error.text)", hint: "run this as root")
        }
    }

    private func remark(_ finding: DoctorFinding, at origin: SettingOrigin?) -> String? {
        let text = [origin.map { "\($0): " }, finding.found, finding.hint.map { " (\($0))" }].compactMap { $0 }.joined()
        return switch finding.result {
        case .ok: nil
        case .skipped: "note: \(text)"
        case .warning: "warning: \(text)"
        case .problem: "error: \(text)"
        }
    }
}

extension LoadedConfiguration {
    fileprivate func origin(of name: String, in section: SettingSection) -> SettingOrigin? {
        effectiveSettings.first { $0.key.section == section && $0.key.name == name }?.origin
    }
}
