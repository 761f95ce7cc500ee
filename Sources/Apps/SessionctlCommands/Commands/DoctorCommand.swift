// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionClient

struct DoctorCommand: CallingCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what stands between an app and its token, and say what to do.",
        discussion: """
            Looks at the caller's groups, the socket, the daemon, its units and their drift from the package, versions, \
            configuration, the users, groups and files it names, encryption, disk, clock, DNS, TLS and the authority. It \
            changes nothing, needs no daemon and no systemd, and says more to root. It asks the daemon, asks systemd, reads \
            the configuration, and then looks at everything at the same time: each of the four takes at most 5 s, or \
            --timeout, whatever hangs.

            Each is a line with its result (ok, skipped, warning or problem), its name and what was found, and a \
            hint where there is something to do; the last line counts problems and warnings. With --json: \
            {"checks":[{"name","result","found","hint"?}],"ok"}.

            Exit status 0: there is no problem; 3: there is one. A warning is not a problem.
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp("The configuration file that sessiond was started with.", valueName: "file"),
        completion: .file(extensions: ["conf"]))
    var config: String?

    @Option(
        help: ArgumentHelp("The state directory that sessiond was started with.", valueName: "folder"),
        completion: .directory)
    var stateDirectory: String?

    func run() throws {
        let doctor = try doctor()
        let report = DoctorReport(display: .output)
        var findings: [(name: String, finding: DoctorFinding)] = []
        try doctor.examine { name, finding in
            findings.append((name, finding))
            if !options.json, !options.quiet { try StandardStream.output.write(report.text(name, finding)) }
        }
        if !options.quiet {
            let end = options.json ? DoctorReport.json(findings).text + "\n" : report.summary(findings)
            try StandardStream.output.write(end)
        }
        if findings.contains(where: { $0.finding.result == .problem }) { throw NegativeAnswer(status: .no) }
    }

    private func doctor() throws(CommandFailure) -> Doctor {
        do throws(ClientError) {
            return Doctor(
                client: BlockingSessionClient(path: try options.settings.path()), configFile: config,
                stateFolder: stateDirectory,
                limits: DoctorLimits(step: options.settings.timeout ?? DoctorLimits.standardStep))
        } catch {
            throw CommandFailure(error, hasTimeout: false)
        }
    }
}
