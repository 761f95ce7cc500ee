# SPDX-License-Identifier: Apache-2.0
"""Measures the daemon beside a bare epoll server and what people use instead: Bench/README.md.

    SESSIOND_BIN_DIR=.build/release python3 Bench/bench.py [--rounds COUNT] [--seconds SECONDS] [--out FOLDER]
"""

import argparse
import datetime
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
# What drives the daemon from outside is shared with the end-to-end tests.
sys.path[:0] = [str(HERE), str(HERE.parent / "Tests" / "EndToEnd")]

import figures  # noqa: E402
import growth  # noqa: E402
import measuring  # noqa: E402
import report  # noqa: E402
from servers import BareServer, OIDCAgent, Redis, Sessiond, SyncedWrite  # noqa: E402
from steps import COMPARISONS, CURVE, WATCHERS_CURVE, steps  # noqa: E402


def start_servers():
    """Those that are installed, and what is to be said about the others."""
    daemon = Sessiond()
    servers, missing = [daemon, BareServer(daemon.answer_bytes), SyncedWrite()], []
    for peer, argument in ((Redis, daemon.answer_bytes), (OIDCAgent, daemon.token)):
        if shutil.which(peer.program):
            servers.append(peer(argument))
        else:
            missing.append(f"{peer.program} is not installed: {peer.name} is left out")
    return servers, missing


def run_rounds(servers, rounds, seconds):
    """Every step with every server in every round, in turns; the figures of the rounds by step and server."""
    todo = steps(seconds)
    results = {step.name: {server.name: [] for server in servers if server.name in step.servers} for step in todo}
    for number in range(rounds):
        # Whoever is first may have it easier.
        order = servers[number % len(servers):] + servers[:number % len(servers)]
        for step in todo:
            for server in order:
                if server.name in step.servers:
                    results[step.name][server.name].append(step.measure(server))
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    return results


def failed_requests(results):
    return sum(entry.get("failures", 0) for step in results.values() for rounds in step.values() for entry in rounds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.6)
    parser.add_argument("--growth-rounds", type=int, default=3, help="of what becomes more, beside connections")
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / ".run" / "bench")
    options = parser.parse_args()
    measuring.allow_many_descriptors()
    servers, missing = start_servers()
    try:
        results = run_rounds(servers, options.rounds, options.seconds)
    finally:
        for server in servers:
            server.remove()
    grown, left_out = growth.run_rounds(options.growth_rounds)
    comparisons, own = report.compared(COMPARISONS, results), figures.all_figures()
    about = [
        f"{datetime.date.today()}, {report.machine()}",
        f"medians of {options.rounds} rounds, each server {options.seconds:g} s a step, in turns; of what becomes more "
        f"of {options.growth_rounds}", *missing, *left_out,
    ]
    write(options.out, results, comparisons, own, about, grown)
    failed = failed_requests(results)
    if failed:
        print(f"FAILED: {failed} requests were not answered right")
    return 1 if failed else 0


def write(folder, results, comparisons, own, about, grown):
    folder.mkdir(parents=True, exist_ok=True)
    growing = [(one, growth.medians(one, rounds), growth.judged(one, rounds))
               for one, rounds in all_growths(results, grown)]
    text = report.markdown(results, comparisons, own, about, growing)
    (folder / "results.md").write_text(text)
    (folder / "results.json").write_text(json.dumps({
        "about": about, "comparisons": comparisons, "figures": own, "rounds": results, "growths": grown,
    }, indent=1) + "\n")
    (folder / "throughput.svg").write_text(report.plot(
        report.requests_a_second(CURVE, "{} connections".format, results), "connections", "token requests a second"))
    (folder / "watchers.svg").write_text(report.plot(
        report.requests_a_second(WATCHERS_CURVE, "16 connections among mutations, {} watchers".format, results),
        "watchers, beside 16 connections and 10 changes a second", "token requests a second"))
    for one, medians, _ in growing[1:]:
        (folder / f"{one.name}.svg").write_text(report.plot(growth.series(one, medians), one.axis, one.unit))
    print(text)


def all_growths(results, grown):
    """What becomes more, each with its rounds: connections, which are steps, and the rest."""
    return [(growth.connections(CURVE), growth.of_connections(CURVE, results)),
            *((one, grown[one.name]) for one in growth.GROWTHS if one.name in grown)]


if __name__ == "__main__":
    sys.exit(main())
