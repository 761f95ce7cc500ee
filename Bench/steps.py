# SPDX-License-Identifier: Apache-2.0
"""What is done to the servers in each round, and which of its figures are compared."""

import contextlib
import dataclasses
import itertools
import os
import statistics
import subprocess
import tempfile
import threading
import time

import measuring
from harness import PATIENCE_SECONDS, Client
from servers import OIDCAgent, SyncedWrite, program, wait_for_line

CURVE = (1, 4, 16, 64, 256, 1_024, 4_096, 16_384)
COMPARED_CURVE = ("sessiond", "bare server", "redis")
WATCHERS_CURVE = (1, 10, 100, 1_000, 10_000)
# Callers that ask at the same time, each over a new connection every time.
CALLERS = 16
RUNS_OF_A_COMMAND = 25
MUTATIONS_A_SECOND = 10


@dataclasses.dataclass
class Step:
    """One thing that is done to some of the servers, one after the other."""

    name: str
    # Of those, the ones that are there.
    servers: tuple
    # From a server to its figures by name.
    measure: object


@dataclasses.dataclass
class Comparison:
    """A figure of the daemon's beside another's, or beside its own in another step."""

    what: str
    step: str
    figure: str
    peer: str
    goal: str = ""
    # Whether more is better.
    at_least: float | None = None
    at_most: float | None = None
    peer_step: str | None = None

    def ratios(self, results):
        """One for each round; none where the peer is not there."""
        own = results[self.step].get("sessiond", [])
        other = results[self.peer_step or self.step].get(self.peer, [])
        return [one[self.figure] / another[self.figure] for one, another in zip(own, other) if another[self.figure]]

    def is_met(self, ratio):
        if self.at_least is not None:
            return ratio >= self.at_least
        return ratio <= self.at_most if self.at_most is not None else None


def under_load(seconds, *arguments):
    return lambda server: dataclasses.asdict(measuring.load(server, seconds, *arguments))


def changes(seconds, callers):
    """Changes of the session, each durable when it is answered; of a plain write, how long one takes."""
    def measure(server):
        if not isinstance(server, SyncedWrite):
            # Nobody's UUID changes while they are signed in, as an earlier step may have left somebody.
            server.daemon.call("session.destroy")
            return under_load(seconds, "--ask", "session.regenerateUUID", "--connections", callers)(server)
        spans, ends_at = [], time.monotonic() + seconds
        while len(spans) < 2 or time.monotonic() < ends_at:
            began = time.monotonic()
            server.write()
            spans.append((time.monotonic() - began) * 1e6)
        thousandths = statistics.quantiles(spans, n=1000)
        # Whose processor time it is would be this program's.
        return dataclasses.asdict(measuring.Load(
            1e6 / statistics.mean(spans), statistics.median(spans), thousandths[989], thousandths[998], 0, 0))

    return measure


def on_one_core(seconds):
    def measure(server):
        with measuring.on_one_core(server):
            return dataclasses.asdict(measuring.load(server, seconds, "--connections", 1))

    return measure


def among_mutations(seconds, *arguments):
    """Reads while the customer changes ten times a second."""
    reading = under_load(seconds, *arguments)

    def measure(server):
        is_over = threading.Event()
        mutating = threading.Thread(target=mutate, args=(server, is_over))
        mutating.start()
        try:
            return reading(server)
        finally:
            is_over.set()
            mutating.join()

    return measure


def mutate(server, is_over):
    """Signs in, refreshes and destroys in turns."""
    calls = itertools.cycle([
        ("session.simpleAuthenticate", {"customID": "c-1", "authID": "bench"}), ("session.refreshToken", None),
        ("session.destroy", None),
    ])
    with Client(server.path) as client:
        while not is_over.wait(1 / MUTATIONS_A_SECOND):
            client.call_with(*next(calls))


def token_command(server):
    """The command that prints the token, once, and what it needs in its environment."""
    if isinstance(server, OIDCAgent):
        return ["oidc-token", server.account], server.environment
    return [measuring.as_installed("sessionctl"), "token", "--socket", server.path], {"PATH": os.environ["PATH"]}


def command(server):
    line, environment = token_command(server)
    return {"milliseconds": statistics.median(
        measuring.wall_milliseconds(line, environment) for _ in range(RUNS_OF_A_COMMAND))}


def first_answer(server):
    """From the connection to the first answer, where the connection is what has the daemon started."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        path = os.path.join(folder, "s")
        config = os.path.join(folder, "conf")
        with open(config, "w") as file:
            file.write("[Authority]\nKind=local\n")
        # The state is there already: it is the start of a device that is in use.
        state = os.path.join(folder, "state")
        os.mkdir(state, 0o700)
        for _ in range(2):
            process = stack.enter_context(subprocess.Popen(
                ["systemd-socket-activate", "-l", path, program("sessiond"), "--state-directory", state,
                 "--config", config], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE))
            wait_for_line(process.stderr, b"Listening")
            began = time.monotonic()
            with Client(path) as client:
                client.call("session.retrieveToken")
            milliseconds = (time.monotonic() - began) * 1e3
            process.terminate()
            process.communicate(timeout=PATIENCE_SECONDS)
            os.unlink(path)
    return {"milliseconds": milliseconds}


def steps(seconds):
    """All of them, in the order in which they are done in each round."""
    made = [
        Step(f"{count} connections", COMPARED_CURVE, under_load(seconds, "--connections", count)) for count in CURVE
    ]
    return [
        *made,
        Step("1 connection on one core", COMPARED_CURVE, on_one_core(seconds)),
        Step("16 connections, 16 requests each", COMPARED_CURVE,
             under_load(seconds, "--connections", 16, "--pipeline", 16)),
        Step("a connection for each request", ("sessiond", "bare server", "oidc-agent"),
             under_load(seconds, "--reconnect", "--connections", CALLERS)),
        Step("a connection for each request, one caller", ("sessiond", "bare server", "oidc-agent"),
             under_load(seconds, "--reconnect")),
        Step("16 connections, mixed methods", ("sessiond",), under_load(
            seconds, "--connections", 16, "--ask", "session.retrieveToken", "--ask", "session.status",
            "--ask", "session.getUUID", "--ask", "session.touch")),
        Step("2,000 reads a second", ("sessiond",), under_load(seconds, "--connections", 4, "--rate", 2_000)),
        Step("2,000 reads a second among mutations", ("sessiond",), among_mutations(
            seconds, "--connections", 4, "--rate", 2_000)),
        *(Step(f"16 connections among mutations, {count} watchers", ("sessiond",), among_mutations(
            seconds, "--connections", 16, "--watchers", count)) for count in WATCHERS_CURVE),
        Step("a change", ("sessiond", "synced write"), changes(seconds, 1)),
        Step(f"changes by {CALLERS} callers", ("sessiond",), changes(seconds, CALLERS)),
        Step("the token by command", ("sessiond", "oidc-agent"), command),
        Step("first answer of a daemon that is not running", ("sessiond",), first_answer),
    ]


COMPARISONS = [
    *(Comparison(f"token, {count:,} connections, requests a second", f"{count} connections", "requests_per_second",
                 "bare server", "≥ 0.95", at_least=0.95) for count in (16, 256, 4_096)),
    Comparison("token, 1 connection on one core, median", "1 connection on one core", "p50", "bare server", "≤ 1.08",
               at_most=1.08),
    *(Comparison(f"token, {count} connections, requests a second", f"{count} connections", "requests_per_second",
                 "redis", "> 1", at_least=1.0) for count in (1, 16, 256)),
    Comparison(f"token, a connection for each, {CALLERS} callers, requests a second", "a connection for each request",
               "requests_per_second", "oidc-agent", "≥ 3", at_least=3.0),
    *(Comparison("token, a connection for each, one caller, requests a second",
                 "a connection for each request, one caller", "requests_per_second", peer)
      for peer in ("oidc-agent", "bare server")),
    Comparison(f"token, a connection for each, {CALLERS} callers, requests a second", "a connection for each request",
               "requests_per_second", "bare server"),
    Comparison("reads among 10 mutations a second, p99", "2,000 reads a second among mutations", "p99", "sessiond",
               "≤ 2", at_most=2.0, peer_step="2,000 reads a second"),
    Comparison("the token by command, time", "the token by command", "milliseconds", "oidc-agent", "< 1",
               at_most=1.0),
    Comparison("4,096 connections beside 16, requests a second", "4096 connections", "requests_per_second", "sessiond",
               "≥ 0.7", at_least=0.7, peer_step="16 connections"),
    Comparison("token, 16,384 connections, requests a second", "16384 connections", "requests_per_second",
               "bare server", "≥ 0.75", at_least=0.75),
    *(Comparison(f"{count:,} watchers beside one, requests a second among mutations",
                 f"16 connections among mutations, {count} watchers", "requests_per_second", "sessiond",
                 peer_step=f"16 connections among mutations, {WATCHERS_CURVE[0]} watchers")
      for count in WATCHERS_CURVE[1:]),
    Comparison("token, 16 connections, processor's time", "16 connections", "processor", "bare server", "≤ 1.04",
               at_most=1.04),
    Comparison("token, 256 connections, processor's time", "256 connections", "processor", "bare server"),
    *(Comparison(f"token, {count} connections, processor's time", f"{count} connections", "processor", "redis")
      for count in (16, 256)),
    *(Comparison("token, a connection for each, processor's time", "a connection for each request", "processor", peer)
      for peer in ("bare server", "oidc-agent")),
    Comparison("token, 16 connections of 16, requests a second", "16 connections, 16 requests each",
               "requests_per_second", "bare server"),
    Comparison("token, 16 connections of 16, requests a second", "16 connections, 16 requests each",
               "requests_per_second", "redis", "> 1", at_least=1.0),
    Comparison("a change, median", "a change", "p50", "synced write", "≤ 2.5", at_most=2.5),
    Comparison(f"changes by {CALLERS} callers beside one, changes a second", f"changes by {CALLERS} callers",
               "requests_per_second", "sessiond", "≥ 4", at_least=4.0, peer_step="a change"),
]
