// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import SessionProtocol

struct ReloadCommand: CallingCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the daemon read its configuration again.",
        discussion: """
            Says which settings are in force now, which need a restart, and whether the session has ended for it, as \
            another API key or authority demands. With a configuration that cannot be used (exit status 78) everything \
            stays as it was. On a terminal it is asked first where the session would end. A stored session that could not \
            be read is tried again.
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var consentOptions: ConsentOptions

    @Flag(help: "Only say what would be done.")
    var dryRun = false

    func run() throws {
        if !dryRun, !consentOptions.yes, isatty(STDIN_FILENO) != 0 {
            let preview = try options.settings.ask(Reload(dryRun: true))
            if preview.endsSession { try Consent(question: "End the session by it", isGiven: false).obtain() }
        }
        try options.settings.call({ Reload(dryRun: dryRun) }, answer)
    }

    // Why no session is served; `nil`: one is, or the caller may not ask.
    private var obstacle: String? {
        guard !options.json, !options.quiet, let health = try? options.settings.ask(GetHealth()) else { return nil }
        return health.ready ? nil : health.problems.map(\.text).joined(separator: "; ")
    }

    // What becomes of the session: one that cannot be read neither ends nor goes on.
    private func fate(_ answer: ReloadAnswer) -> String {
        if let obstacle { return dryRun ? "would be tried again; now \(obstacle)" : "is not served, \(obstacle)" }
        if answer.endsSession { return dryRun ? "would end" : "has ended" }
        return dryRun ? "would go on" : "goes on"
    }

    private func answer(_ answer: ReloadAnswer) -> CommandAnswer {
        let changed = changedFiles(of: answer.credentials)
        var fields = Fields()
        fields.add(dryRun ? "To apply" : "Applied", answer.applied.isEmpty ? ["nothing"] : answer.applied)
        fields.add("Needs a restart", answer.needsRestart + changed.map { "\($0), which has changed" })
        let mayEnd = !changed.isEmpty && answer.newCredentialEndsSession
        let later =
            answer.restartEndsSession
            ? "and ends with the restart" : mayEnd ? "and ends with the restart if the key is another one" : nil
        fields.add("Session", [fate(answer), later])
        if changed.isEmpty, !answer.credentials.isEmpty {
            let end = answer.newCredentialEndsSession ? "; another key in it ends the session then" : ""
            fields.add("Credential", "\(answer.credentials.joined(separator: ", ")), read at a restart only\(end)")
        }
        var shown = CommandAnswer(fields.text)
        // The daemon's own answer has them.
        shown.warnings = options.json ? [] : answer.warnings
        return shown
    }

    // The files that credentials come from, where they are others than the daemon was started with.
    private func changedFiles(of credentials: [String]) -> [String] {
        guard !credentials.isEmpty, let startedAt = try? options.settings.ask(GetInfo()).startedAt else { return [] }
        return credentials.compactMap { ServiceCredential($0).changedFile(since: startedAt.secondsSince1970) }
    }
}
