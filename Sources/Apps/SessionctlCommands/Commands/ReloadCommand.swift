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
            stays as it was. On a terminal it is asked first where the session would end.
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

    private func answer(_ answer: ReloadAnswer) -> CommandAnswer {
        var fields = Fields()
        fields.add(dryRun ? "To apply" : "Applied", answer.applied.isEmpty ? ["nothing"] : answer.applied)
        if !answer.needsRestart.isEmpty { fields.add("Needs a restart", answer.needsRestart) }
        let end = dryRun ? "would end" : "has ended"
        fields.add("Session", answer.endsSession ? end : dryRun ? "would go on" : "goes on")
        return CommandAnswer(fields.text)
    }
}
