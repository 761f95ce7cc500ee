// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessiondLinux

/// Lets a fleet of real state machines live through a day, and says how that was for the authority.
///
/// Exits with 0 where every goal was met, with 1 where one was missed, with 64 where it was called wrongly, and with 74
/// where the plot could not be written.
@main
struct FleetSimulation {
    static func main() async {
        guard let arguments = Arguments(ProgramArguments.texts) else {
            complain(Arguments.usage)
            exit(64)
        }
        let day = arguments.day
        let tally = await simulate(arguments.devices, on: day)
        let verdict = Verdict(on: tally, of: day)
        print(Report(of: tally, on: day, verdict).text, terminator: "")
        if let path = arguments.plot, !write(Plot(of: tally, on: day, verdict).svg, to: path) {
            complain("fleet-simulation: cannot write \(path): \(String(cString: strerror(errno)))\n")
            exit(74)
        }
        exit(verdict.isMet ? 0 : 1)
    }

    /// Every device lives on its own; each task takes every so-manieth of them.
    private static func simulate(_ devices: Int, on day: Day) async -> Tally {
        let tasks = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return await withTaskGroup(of: Tally.self) { group in
            for first in 0..<tasks {
                group.addTask {
                    var tally = Tally(of: day)
                    for number in stride(from: first, to: devices, by: tasks) {
                        var device = Device(number: number, day: day)
                        device.live(&tally)
                    }
                    return tally
                }
            }
            var whole = Tally(of: day)
            for await tally in group { whole.add(tally) }
            return whole
        }
    }

    // stderr is a variable, which strict concurrency refuses.
    private static func complain(_ text: String) { _ = Glibc.write(STDERR_FILENO, text, text.utf8.count) }

    private static func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        let isWritten = fputs(text, file) >= 0
        return fclose(file) == 0 && isWritten
    }
}
