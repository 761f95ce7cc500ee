// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import SessionAuthorities
import SessionConfiguration
import SessionProtocol
import SessiondPrimitives

/// `--check-authority`: whether the authority can be reached from here, with the configuration's trust and proxy, and
/// takes this device.
///
/// Standard output: a line for each thing that is as it should be; standard error else: `error: …`, and `hint: …` where
/// there is one.
struct AuthorityCheck {
    let loader: ConfigurationLoader

    func run() throws(ExitCode) {
        let settings = try load()
        guard let probe = try probe(settings) else {
            return print("the \(settings.authority.kind.name) authority needs no network")
        }
        let found = Monitor<[AuthorityProbe.Finding]?>(nil)
        Task.detached {
            let findings = await probe.examine()
            found.withLock { $0 = findings }
        }
        let findings = found.withLock(when: { $0 != nil }, { $0 }) ?? []
        for finding in findings where !finding.isProblem { print(finding.text) }
        for finding in findings where finding.isProblem { report(finding.text, finding.hint) }
        if findings.contains(where: \.isProblem) { throw ExitCode(StartFailure.unavailable) }
    }

    private func load() throws(ExitCode) -> Settings {
        do throws(ConfigurationError) { return try loader.load().settings } catch {
            report(error.description, nil)
            throw ExitCode(StartFailure.unusableConfiguration)
        }
    }

    // How to look; `nil`: there is nobody to look at.
    private func probe(_ settings: Settings) throws(ExitCode) -> AuthorityProbe? {
        let silent = Logger(label: "sessiond") { _ in SwiftLogNoOpLogHandler() }
        do throws(SessionError) {
            let factory = try AuthorityList.known.factory(for: settings)
            return try factory.probe(settings, AuthoritySurroundings(logger: silent))
        } catch {
            report(error.message, error.hint)
            throw ExitCode(StartFailure.unusableConfiguration)
        }
    }

    private func report(_ message: String, _ hint: String?) {
        printError("error: \(message)")
        if let hint { printError("hint: \(hint)") }
    }
}
