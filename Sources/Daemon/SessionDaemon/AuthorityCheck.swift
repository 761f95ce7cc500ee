// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import HTTPSClient
import SessionAuthorities
import SessionConfiguration
import SessionProtocol

/// `--check-authority`: whether the authority can be reached from here, with the configuration's trust and proxy.
///
/// Standard output: one line where it was; standard error else: `error: …`, and `hint: …` where there is one.
struct AuthorityCheck {
    let loader: ConfigurationLoader

    func run() throws(ExitCode) {
        let settings = try load()
        guard let options = try options(settings) else {
            return print("the \(settings.authority.kind.name) authority needs no network")
        }
        do throws(HTTPFailure) {
            let answer = try HTTPProbe.ask(options)
            print("\(options.base) answers (HTTP \(answer.status)) within \(answer.duration.milliseconds) ms")
        } catch {
            throw failure(StartFailure.unavailable, error.message, error.hint)
        }
    }

    private func load() throws(ExitCode) -> Settings {
        do throws(ConfigurationError) { return try loader.load().settings } catch {
            throw failure(StartFailure.unusableConfiguration, error.description, nil)
        }
    }

    // How to ask; `nil`: there is nobody to ask.
    private func options(_ settings: Settings) throws(ExitCode) -> HTTPOptions? {
        do throws(SessionError) { return try AuthorityList.known.factory(for: settings).probe(settings) } catch {
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
