// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import HTTPSClient
import SessionConfiguration
import SessionProtocol

/// `--check-authority`: whether the authority can be reached from here, with the configuration's trust and proxy.
///
/// Standard output: one line where it was; standard error else: `error: …`, and `hint: …` where there is one.
struct AuthorityCheck {
    let loader: ConfigurationLoader

    func run() throws(ExitCode) {
        guard let settings = try options() else { return print("the local authority needs no network") }
        do throws(HTTPFailure) {
            let answer = try HTTPProbe.ask(settings)
            print("\(settings.base) answers (HTTP \(answer.status)) within \(answer.duration.milliseconds) ms")
        } catch {
            throw failure(StartFailure.unavailable, error.message, error.hint)
        }
    }

    // How to ask; `nil`: there is nobody to ask.
    private func options() throws(ExitCode) -> HTTPOptions? {
        let settings: Settings
        do throws(ConfigurationError) { settings = try loader.load().settings } catch {
            throw failure(StartFailure.unusableConfiguration, error.description, nil)
        }
        guard settings.authority.kind == .synerise else { return nil }
        do throws(SessionError) { return try settings.synerise.httpOptions() } catch {
            throw failure(StartFailure.unusableConfiguration, error.message, error.hint)
        }
    }

    private func failure(_ status: Int32, _ message: String, _ hint: String?) -> ExitCode {
        printError("error: \(message)")
        if let hint { printError("hint: \(hint)") }
        return ExitCode(status)
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
