# SPDX-License-Identifier: Apache-2.0
"""1,000 connections of one user doing their worst, to the daemon and to a bare epoll server, in turns.

    SESSIOND_BIN_DIR=.build/release python3 Tests/EndToEnd/attack.py [--rounds COUNT] [--seconds SECONDS]

Another user's requests are timed meanwhile. Exits with 1 where the daemon's p99 is more than 1.5 times the bare
server's in the median of the rounds, where a request was not answered right, where a descriptor was left behind, or
where memory went beyond its bound.
"""

import argparse
import contextlib
import json
import os
import pathlib
import select
import shutil
import statistics
import subprocess
import sys
import time

import attackers
from bare_server import BareServer
from conditions import APP_USER, DAEMON_USER, OTHER_USER, ConditionedDaemon, running_as
from harness import BINARIES, PATIENCE_SECONDS, Client

ATTACKING_USER, OTHER_USERS_ID = APP_USER, OTHER_USER
CONNECTIONS = 1_000
MOST_TIMES_THE_BARE_SERVER = 1.5
# What the daemon may hold of memory that is its own: of each connection that one user may have, a line, the answers
# beyond which it is not read, and those that are gathered at once; and 16 MiB for itself.
CONNECTIONS_PER_USER = 256
MOST_PRIVATE_BYTES = CONNECTIONS_PER_USER * ((64 + 64 + 256) << 10) + (16 << 20)
DESCRIPTORS = 4_096
# How the other user asks: over connections that last, and over one for each request.
LOADS = {
    "lasting": ["--connections", "4", "--rate", "400"],
    "one each": ["--connections", "64", "--rate", "100", "--reconnect"],
}
SAMPLE_SECONDS = 0.05


class Sessiond:
    """The daemon under attack: both users may read, nobody else may do anything."""

    name = "sessiond"

    def __init__(self, limits=None):
        self.daemon = ConditionedDaemon({"Limits": limits or {}})
        with open(self.daemon.config_path, "a") as file:
            file.write("[Access]\nAllow=\n")
            for uid in (ATTACKING_USER, OTHER_USERS_ID):
                file.write(f"Allow=identity.read,token.read user:{uid}\n")
        self.daemon.as_user(DAEMON_USER)
        self.daemon.wrapper = ["prlimit", f"--nofile={DESCRIPTORS}", "--", *self.daemon.wrapper]
        self.path = self.daemon.socket_path

    def start(self):
        self.daemon.start()
        self.daemon.folder.chmod(0o711)
        self.path.chmod(0o666)
        exchange(self.path)
        return self

    @property
    def process(self):
        return self.daemon.process

    def remove(self):
        self.daemon.remove()


def bare_server(answer_bytes):
    """What it is compared with."""
    return BareServer(answer_bytes, ["prlimit", f"--nofile={DESCRIPTORS}", "--", *running_as(DAEMON_USER)])


class Attack:
    """All kinds of attackers at once, each a process of its own of the attacking user."""

    def __init__(self, path, kinds):
        self.processes = {}
        # Its own folder need not be readable for that user.
        program = shutil.copy(attackers.__file__, path.parent)
        os.chmod(program, 0o644)
        for number, kind in enumerate(kinds):
            count = CONNECTIONS // len(kinds) + (number < CONNECTIONS % len(kinds))
            self.processes[kind] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *running_as(ATTACKING_USER), sys.executable, "-S", "-E",
                 program, kind, path, str(count)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")

    def begin(self):
        """Lets all of them loose as soon as each has a share of the connections."""
        for kind, process in self.processes.items():
            line = process.stdout.readline()
            assert line == b"inside\n", (kind, line)
        for process in self.processes.values():
            process.stdin.write(b"\n")
            process.stdin.flush()

    def end(self):
        """Ends it; what each kind has seen."""
        for process in self.processes.values():
            process.terminate()
        seen = {}
        for kind, process in self.processes.items():
            output, _ = process.communicate(timeout=PATIENCE_SECONDS)
            seen[kind] = json.loads(output)
        return seen


class Round:
    """One attack on one server: what another user saw of it, and what it cost the server."""

    def __init__(self, server, seconds, kinds=tuple(attackers.KINDS)):
        self.server = server
        server.start()
        try:
            self._attack(server, seconds, kinds)
        finally:
            server.remove()

    def _attack(self, server, seconds, kinds):
        before = self.descriptors
        attack = Attack(server.path, kinds)
        try:
            attack.begin()
            self.loads, self.private_bytes = self._measure(seconds)
        finally:
            self.seen = attack.end()
        assert server.process.poll() is None, f"{server.name} has ended with {server.process.poll()}"
        self.left_descriptors = self._descriptors_left(before)

    @property
    def descriptors(self):
        """How many sockets the server has; a runtime's own descriptors are made when they are needed first."""
        return sum(item.startswith("socket:") for item in open_files(self.server.process.pid))

    def _measure(self, seconds):
        """Lets the other user ask; the loads' reports, and the most private memory of the server meanwhile."""
        began = {
            name: subprocess.Popen(
                [*running_as(OTHER_USERS_ID), BINARIES / "session-bench", "load", "--socket", self.server.path,
                 "--seconds", str(seconds), *arguments], stdout=subprocess.PIPE, cwd="/")
            for name, arguments in LOADS.items()
        }
        most = 0
        streams = [process.stdout for process in began.values()]
        # A report comes as one line, at the end.
        while len(select.select(streams, [], [], SAMPLE_SECONDS)[0]) < len(streams):
            most = max(most, private_bytes(self.server.process.pid))
        reports = {name: process.communicate(timeout=PATIENCE_SECONDS)[0] for name, process in began.items()}
        return {name: json.loads(report) for name, report in reports.items()}, most

    def _descriptors_left(self, before):
        """How many more there are than before, once the server had the time to notice that everybody has gone."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (left := self.descriptors - before) > 0 and time.monotonic() < deadline:
            # Its queue may still be full of those who have gone.
            with contextlib.suppress(BlockingIOError):
                exchange(self.server.path)
        return left

    def p99(self, load):
        return self.loads[load]["latencyNanoseconds"]["p99"]

    @property
    def wrong_answers(self):
        return sum(report["failures"] for report in self.loads.values())

    def line(self):
        """What came of it, for people."""
        times = "; ".join(
            f"{name}: {report['requests']} answers, p50 {report['latencyNanoseconds']['p50'] / 1e6:.2f} ms, "
            f"p99 {report['latencyNanoseconds']['p99'] / 1e6:.2f} ms" for name, report in self.loads.items())
        made = sum(seen["made"] for seen in self.seen.values())
        return (
            f"{self.server.name}: {times}; {self.wrong_answers} wrong; {made} connections of the attackers; "
            f"private memory {self.private_bytes / (1 << 20):.1f} MiB; {self.left_descriptors} descriptors left")


def exchange(path):
    """Asks for a token, and waits until the server has closed the connection; how long the answer is, with its LF."""
    with Client(path) as client:
        client.send(client.request("session.retrieveToken"))
        client.half_close()
        length = len(client.read_line()) + 1
        client.read_end()
    return length


def open_files(pid):
    """What the descriptors of a process stand for, proc(5)."""
    found = []
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        # It may be closed meanwhile.
        with contextlib.suppress(FileNotFoundError):
            found.append(os.readlink(descriptor))
    return found


def private_bytes(pid):
    """What a process holds of memory that is its own."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(
        int(line.split()[1]) << 10 for line in text.splitlines()
        if line.split(":")[0] in ("Private_Clean", "Private_Dirty"))


def answer_bytes():
    """How long the daemon's answer is to what the other user asks, with its LF."""
    server = Sessiond()
    try:
        return exchange(server.start().path)
    finally:
        server.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--kinds", nargs="+", choices=attackers.KINDS, default=list(attackers.KINDS))
    options = parser.parse_args()
    length = answer_bytes()
    ratios = {name: [] for name in LOADS}
    failures = []
    for number in range(options.rounds):
        makers = [Sessiond, lambda: bare_server(length)]
        rounds = {}
        for make in makers if number % 2 else reversed(makers):
            measured = Round(make(), options.seconds, options.kinds)
            rounds[measured.server.name] = measured
            print(measured.line(), flush=True)
        daemon, bare = rounds["sessiond"], rounds["bare server"]
        failures += problems(daemon)
        for name, values in ratios.items():
            values.append(daemon.p99(name) / bare.p99(name))
    for name, values in ratios.items():
        ratio = statistics.median(values)
        shown = ", ".join(f"{value:.2f}" for value in sorted(values))
        print(f"p99 of the other user, {name}: {ratio:.2f} times the bare server's ({shown})")
        if ratio > MOST_TIMES_THE_BARE_SERVER:
            failures.append(f"{name}: more than {MOST_TIMES_THE_BARE_SERVER} times the bare server's p99")
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


def problems(measured):
    """What must not be, whatever the time it took."""
    found = []
    if measured.wrong_answers:
        found.append(f"{measured.wrong_answers} requests of the other user were not answered right")
    if measured.left_descriptors:
        found.append(f"{measured.left_descriptors} descriptors were left behind")
    if measured.private_bytes > MOST_PRIVATE_BYTES:
        found.append(f"it had {measured.private_bytes} bytes of private memory")
    return found


if __name__ == "__main__":
    sys.exit(main())
