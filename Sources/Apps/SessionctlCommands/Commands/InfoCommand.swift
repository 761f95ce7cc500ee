// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct InfoCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what runs, since when, with which configuration.")

    @OptionGroup var options: GlobalOptions

    func request() -> GetInfo { GetInfo() }

    func answer(_ info: InfoAnswer) -> CommandAnswer {
        var fields = Fields()
        fields.add("Server", info.server)
        fields.add("Protocol", info.protocolVersions.map(String.init))
        if !info.features.isEmpty { fields.add("Features", info.features) }
        fields.add("Started", info.startedAt.shown)
        let files = info.configuration.files
        fields.add("Configuration", files.isEmpty ? ["none, the defaults apply"] : files)
        fields.add("Loaded", info.configuration.loadedAt.shown)
        fields.add("Problem", info.configuration.problem.map { "\($0) (see sessionctl config check)" })
        fields.add("Stored in", info.stateDirectory)
        fields.add("Public key", info.jwk?.text)
        return CommandAnswer(fields.text)
    }
}
