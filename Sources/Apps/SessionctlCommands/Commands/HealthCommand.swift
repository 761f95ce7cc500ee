// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SessionProtocol

struct HealthCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Say whether the daemon can do its work, and what stands in the way.",
        discussion: """
            ready: all is well; degraded: it works, but for what is said below; not ready: it cannot. Exit status 0: it can; \
            3: it cannot.
            """
    )

    @OptionGroup var options: GlobalOptions

    func request() -> GetHealth { GetHealth() }

    func answer(_ health: HealthAnswer) -> CommandAnswer {
        let lines = [standing(health)] + health.problems.map(\.text)
        return CommandAnswer(lines.joined(separator: "\n"), status: health.ready ? .success : .no)
    }

    private func standing(_ health: HealthAnswer) -> String {
        guard health.ready else { return Display.output.text("not ready", in: .red) }
        return health.problems.isEmpty
            ? Display.output.text("ready", in: .green) : Display.output.text("degraded", in: .yellow)
    }
}
