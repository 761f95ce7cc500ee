# SPDX-License-Identifier: Apache-2.0
"""Measures the libraries of all languages beside a client that parses nothing: Bench/README.md.

    SESSIOND_BIN_DIR=.build/release python3 Bench/libraries.py [--rounds COUNT] [--only NAME...] [--out FOLDER]
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parent
DRIVERS = HERE / "drivers"
sys.path[:0] = [str(HERE), str(PACKAGE / "Tests" / "EndToEnd")]

import report  # noqa: E402
from harness import BINARIES, Daemon  # noqa: E402

# Where `make build-c` puts what it builds.
C = PACKAGE / ".build" / "c"
BARE = "C, no library"
PYTHON = [sys.executable, "-S", DRIVERS / "python.py"]
NODE = ["node", DRIVERS / "node.mjs"]
LIBRARIES = {
    BARE: [C / "bench-bare"],
    "C": [C / "bench-libsessiond"],
    "Swift": [BINARIES / "client-bench"],
    "Python, no package": [*PYTHON, "plain"],
    "Python": [*PYTHON, "package"],
    "Node, no package": [*NODE, "plain"],
    "Node": [*NODE, "package"],
}
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PACKAGE / "Libraries" / "python" / "src")}
EVENTS = 3_000


@contextlib.contextmanager
def teller(folder):
    """One who tells events to whoever watches; its socket."""
    path = os.path.join(folder, "t")
    process = subprocess.Popen([C / "bench-bare", "tell", path, str(EVENTS)], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"listening\n"
        yield path
    finally:
        process.kill()
        process.communicate()


class Driver:
    """A program that does what it is told, in one language."""

    def __init__(self, name, *paths):
        self.name = name
        self.process = subprocess.Popen(
            [*map(str, LIBRARIES[name]), *map(str, paths)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=ENVIRONMENT, text=True)

    def measure(self, what, count):
        """Microseconds that each of so many takes."""
        print(what, count, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        assert line, f"{self.name} has ended"
        return float(line)

    def remove(self):
        self.process.kill()
        self.process.communicate()


# What is done, how often in a round, and by whom.
STEPS = {
    "calls": ("one call after the other", 160, list(LIBRARIES)),
    "tasks": ("16 calls at once", 480, [BARE, "C", "Swift", "Python", "Node, no package", "Node"]),
    "events": ("events", EVENTS, list(LIBRARIES)),
}
COMPARED = [
    ("calls", "Swift", BARE, 1.6), ("calls", "Swift", "Python, no package", 1.0), ("calls", "C", BARE, None),
    ("calls", "Python", "Python, no package", 1.3), ("calls", "Node", "Node, no package", None),
    ("tasks", "Swift", BARE, 1 / 0.7), ("tasks", "C", BARE, None), ("tasks", "Python", BARE, None),
    ("tasks", "Node", "Node, no package", None), ("events", "Swift", BARE, None), ("events", "C", BARE, None),
    ("events", "Python", "Python, no package", None), ("events", "Node", "Node, no package", None),
]


def run_rounds(drivers, rounds):
    """Every step with every library in every round, in turns; the times by step and library."""
    results = {step: {name: [] for name in names if name in drivers} for step, (_, _, names) in STEPS.items()}
    for number in range(-1, rounds):
        for step, (_, count, _) in STEPS.items():
            for name, times in results[step].items():
                taken = drivers[name].measure(step, count)
                # The first round is for connections and compilers.
                if number >= 0:
                    times.append(taken)
    return results


def compared(results):
    found = []
    for step, name, peer, most in COMPARED:
        if results[step].get(name) and results[step].get(peer):
            ratios = [one / other for one, other in zip(results[step][name], results[step][peer])]
            median = statistics.median(ratios)
            goal, met = ("", None) if most is None else (f"≤ {most:.2f}", median <= most)
            found.append((STEPS[step][0], name, peer, f"{median:.2f}", quartiles(ratios), goal, report.verdict(met)))
    return found


def quartiles(ratios):
    first, _, third = statistics.quantiles(ratios, n=4)
    return f"{first:.2f}–{third:.2f}"


def markdown(results, about):
    ratios = report.table(
        ["time of", "library", "beside", "median ratio", "half of the rounds", "goal", "met"], compared(results))
    absolute = report.table(["library", *(f"{what}, µs each" for what, _, _ in STEPS.values()), "events a second"], [
        (name, *(f"{statistics.median(results[step][name]):.1f}" if results[step].get(name) else "" for step in STEPS),
         f"{1e6 / statistics.median(results['events'][name]):,.0f}") for name in results["events"]])
    said = "\n".join(f"- {line}" for line in about)
    return f"{said}\n\n{ratios}\n\nMedians of the rounds:\n\n{absolute}\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=61)
    parser.add_argument("--only", nargs="+", default=list(LIBRARIES), choices=list(LIBRARIES))
    parser.add_argument("--out", type=pathlib.Path, default=PACKAGE / ".run" / "bench-libraries")
    options = parser.parse_args()
    # Nobody waits for another core to wake up.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sb-"))
        daemon = Daemon().start()
        stack.callback(daemon.remove)
        told = stack.enter_context(teller(folder))
        drivers = {}
        for name in options.only:
            drivers[name] = Driver(name, daemon.socket_path, told)
            stack.callback(drivers[name].remove)
        results = run_rounds(drivers, options.rounds)
    about = [
        f"{datetime.date.today()}, {report.machine()}",
        f"{options.rounds} rounds; daemon and callers on one core, in turns; ratios of each round, their medians",
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    text = markdown(results, about)
    (options.out / "libraries.md").write_text(text)
    (options.out / "libraries.json").write_text(json.dumps({"about": about, "rounds": results}, indent=1) + "\n")
    print(text)


if __name__ == "__main__":
    main()
