# SPDX-License-Identifier: Apache-2.0
"""What things cost as they become many: watchers, what is stored, a caller's groups, rules, files.

Each is a table and a plot. It is measured of a daemon of its own, whose files are in memory: how long a disk takes is
no matter of how many there are.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import bare_server
import measuring
from emulator import Emulator
from harness import Client, Daemon
from servers import LIMITS, program

IN_MEMORY = pathlib.Path("/dev/shm")
SECONDS = 0.2
CHANGES = 5
# Users and groups that nobody has.
CALLER, GRANTED_GROUP, OTHER_GROUPS, OTHERS = 61_301, 61_302, 100_000, 1_000_000
HELD_CONNECTIONS = 500
STORED_TOKEN_BYTES = 32_768
STORED_CHANGES = 40
GET_UUID = b'{"jsonrpc":"2.0","id":1,"method":"session.getUUID"}\n'


@dataclasses.dataclass
class Goal:
    """What the figure of the largest number may be: itself, or divided by another."""

    what: str
    figure: str
    at_most: float
    unit: str = ""
    # Of which number that is of the same figure, or which figure of the same number; `None`: neither.
    beside: int | str | None = None

    def value(self, measured):
        """That of one round, whose figures are by number."""
        largest = measured[max(measured)]
        if self.beside is None:
            return largest[self.figure]
        return largest[self.figure] / (
            largest[self.beside] if isinstance(self.beside, str) else measured[self.beside][self.figure])


@dataclasses.dataclass
class Growth:
    """Something that becomes more, and what that costs."""

    name: str
    title: str
    # What becomes more, and how many there are.
    axis: str
    counts: tuple
    # The figures of the table by what they are called there.
    columns: dict
    # Those that are drawn, by who has them, and what they are.
    drawn: dict
    unit: str
    goals: list
    # A context that gives what measures: from a number to figures by name.
    prepared: object = None
    needs_root: bool = False


@contextlib.contextmanager
def daemon_in_memory(sections=None, access="", drop_ins=()):
    """A daemon whose folder anybody may enter, with lines of its own for `[Access]` and drop-ins."""
    with environment(XDG_RUNTIME_DIR=str(IN_MEMORY) if IN_MEMORY.is_dir() else None):
        daemon = Daemon({"Limits": LIMITS, **(sections or {})})
    try:
        with open(daemon.config_path, "a") as file:
            file.write(access)
        folder = pathlib.Path(f"{daemon.config_path}.d")
        folder.mkdir()
        for number, text in enumerate(drop_ins):
            (folder / f"{number:05}.conf").write_text(text)
        daemon.start()
        daemon.folder.chmod(0o711)
        daemon.socket_path.chmod(0o666)
        daemon.call("session.retrieveToken")
        yield daemon
    finally:
        daemon.remove()


@contextlib.contextmanager
def environment(**values):
    """Has variables of this process's environment for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update({name: value for name, value in values.items() if value is not None})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def changes(path, *arguments):
    """What session-bench reports of changes, in microseconds."""
    done = subprocess.run(
        [program("session-bench"), "changes", "--socket", path, "--changes", str(CHANGES), *map(str, arguments)],
        stdout=subprocess.PIPE, check=True)
    return {name.removesuffix("Nanoseconds"): value / 1e3 for name, value in json.loads(done.stdout).items()}


@contextlib.contextmanager
def watchers():
    """How long a change takes until the last watcher has been told, beside a server that does nothing but tell."""
    with daemon_in_memory() as daemon, contextlib.ExitStack() as stack:
        bare = bare_server.BareServer(
            event_bytes(daemon), words=("session.watch", "session.setIdentity")).start()
        stack.callback(bare.remove)

        def measure(count):
            own = changes(daemon.socket_path, "--watchers", count)
            beside = changes(bare.path, "--watchers", count)["lastEvent"]
            return {**own, "bare": beside, "each": own["lastEvent"] / count, "ratio": own["lastEvent"] / beside}

        yield measure


def event_bytes(daemon):
    """How long the line is that tells of a change."""
    with Client(daemon.socket_path) as watcher:
        watcher.call("session.watch")
        daemon.call("session.setIdentity", customIdentifier="bench")
        return len(watcher.read_line()) + 1


@contextlib.contextmanager
def stored():
    """How long a change takes where sign-outs with the longest tokens are stored, which nobody could be told of."""
    with contextlib.ExitStack() as stack:
        emulator = Emulator(
            "--sign-out-path", "/sign-out", api_keys=["bench"], faults=["on=signOut,status=500"]).start()
        stack.callback(emulator.remove)
        key = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sb-"))) / "key"
        key.write_text("bench\n")
        key.chmod(0o600)
        daemon = stack.enter_context(daemon_in_memory({
            "Authority": {"Kind": "synerise"},
            "Synerise": {"BaseURL": emulator.url, "APIKeyFile": key, "SignOutPath": "/sign-out"},
        }))
        sign_in(daemon)
        queued = 0

        def measure(count):
            nonlocal queued
            while queued < count:
                assert daemon.call("session.signOut")["authority"] == "queued"
                sign_in(daemon)
                queued += 1
            return own_changes(daemon)

        yield measure


def own_changes(daemon):
    """How long changes take one after the other, and the processor's time of each."""
    took, before = [], measuring.processor_nanoseconds([daemon.process.pid])
    with Client(daemon.socket_path) as client:
        for number in range(STORED_CHANGES):
            began = time.monotonic()
            client.call("session.setIdentity", customIdentifier=f"bench-{number}")
            took.append((time.monotonic() - began) * 1e6)
    spent = measuring.processor_nanoseconds([daemon.process.pid]) - before
    return {"change": statistics.median(took), "processor": spent / 1e3 / STORED_CHANGES}


def sign_in(daemon):
    """Signs somebody in whose token is as long as may be."""
    daemon.call(
        "session.authenticateWithToken", token="t" * STORED_TOKEN_BYTES, expiresAt="2099-01-01T00:00:00Z",
        origin="SYNERISE", uuid=daemon.call("session.getUUID")["uuid"])


def load(server, *arguments, groups=()):
    """What requests cost, over a connection each or as the arguments say, of a caller in many groups."""
    return measuring.load(server, SECONDS, *arguments, user=CALLER, group=CALLER, extra_groups=list(groups))


@contextlib.contextmanager
def groups():
    """What a connection costs, and a request, of a caller who is in many groups; of these one is granted something."""
    access = f"[Access]\nAllow=\nAllow=identity.read,token.read group:{GRANTED_GROUP}\n"

    def measure(count):
        own = [GRANTED_GROUP, *range(OTHER_GROUPS, OTHER_GROUPS + count - 1)]
        with daemon_in_memory(access=access) as daemon:
            server = Asked(daemon)
            before = measuring.memory(server.pids)[1]
            with holding(server, HELD_CONNECTIONS, own):
                held = measuring.memory(server.pids)[1] - before
            connecting = load(server, "--reconnect", groups=own)
            return {
                "connection": connecting.processor, "p50": connecting.p50, "request": load(server, groups=own).p50,
                "memory": held * 1024 / HELD_CONNECTIONS,
            }

    yield measure


class Asked:
    """A daemon as session-bench asks it."""

    asking = ()

    def __init__(self, daemon):
        self.path, self.pids = daemon.socket_path, [daemon.process.pid]


@contextlib.contextmanager
def holding(server, count, groups):
    """Has a caller in those groups hold connections."""
    (holds, has_held), (ends, has_ended) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(has_ended)
            hold(server, count, groups, lambda: (os.write(has_held, b"."), os.read(ends, 1)))
        finally:
            # What this process has to do at its end is the other's.
            os._exit(0)
    os.close(has_held)
    try:
        assert os.read(holds, 1), "the connections could not be made"
        yield
    finally:
        for descriptor in (holds, ends, has_ended):
            os.close(descriptor)
        os.waitpid(child, 0)


def hold(server, count, groups, meanwhile):
    os.setgroups(groups)
    os.setresgid(CALLER, CALLER, CALLER)
    os.setresuid(CALLER, CALLER, CALLER)
    with measuring.connections(server, count, GET_UUID):
        meanwhile()


@contextlib.contextmanager
def rules():
    """What a connection costs where there are many rules, and a reload while a thousand are connected."""
    def measure(count):
        lines = [f"Allow=token.read group:{OTHERS + number}" for number in range(count - 1)]
        lines.append(f"Allow=identity.read,token.read group:{GRANTED_GROUP}")
        own = [GRANTED_GROUP, *range(OTHER_GROUPS, OTHER_GROUPS + 20)]
        with daemon_in_memory(access="\n".join(["[Access]", "Allow=", *lines, ""])) as daemon:
            connecting = load(Asked(daemon), "--reconnect", groups=own)
            with holding(Asked(daemon), HELD_CONNECTIONS, own):
                return {"connection": connecting.processor, **reloads(daemon)}

    yield measure


@contextlib.contextmanager
def drop_ins():
    """What a reload costs of many files, and a start."""
    def measure(count):
        began = time.monotonic()
        with daemon_in_memory(drop_ins=[
                f"[Limits]\nInFlightPerConnection={64 + number % 2}\n" for number in range(count)]) as daemon:
            started = (time.monotonic() - began) * 1e3
            return {"start": started, **reloads(daemon)}

    yield measure


def reloads(daemon):
    """How long a reload takes, in milliseconds, and what others wait meanwhile, in microseconds."""
    took = changes(daemon.socket_path, "--call", "daemon.reload")
    return {"reload": took["answer"] / 1e3, "longestOther": took["longestOther"]}


def of_connections(curve, results):
    """The curve of the steps, as a growth that has been measured already; its rounds."""
    rounds = []
    for number in range(len(results[f"{curve[0]} connections"]["sessiond"])):
        measured = {}
        for count in curve:
            own, bare = (results[f"{count} connections"][name][number] for name in ("sessiond", "bare server"))
            measured[count] = {
                "requests": own["requests_per_second"], "bare": bare["requests_per_second"],
                "ratio": own["requests_per_second"] / bare["requests_per_second"],
                "processor": own["processor"], "bareProcessor": bare["processor"],
            }
        rounds.append(measured)
    return rounds


def connections(curve):
    """What ``of_connections`` gives, as it is shown."""
    return Growth(
        "throughput", "Connections", "connections", curve, {
            "requests": "requests a second", "bare": "bare server", "ratio": "ratio",
            "processor": "processor, µs a request", "bareProcessor": "bare server, µs a request",
        }, {"sessiond": "requests", "bare server": "bare"}, "requests a second", [
            Goal("processor's time of a request over 16,384 connections, beside the bare server", "processor", 1.3,
                 beside="bareProcessor"),
        ])


TENS = (1, 10, 100, 1_000)
GROWTHS = [
    Growth(
        "watchers-told", "A change, and everybody who watches", "watchers", (*TENS, 10_000), {
            "lastEvent": "until the last has been told, µs", "bare": "bare server, µs", "ratio": "ratio",
            "each": "µs per watcher", "answer": "until the change is answered, µs",
            "longestOther": "longest that another waits meanwhile, µs",
        }, {"sessiond": "lastEvent", "bare server": "bare", "another waits": "longestOther"},
        "microseconds", [
            Goal("the last of 10,000 watchers has been told, time beside the bare server", "lastEvent", 1.5,
                 beside="bare"),
            Goal("the same for each watcher, beside 100", "each", 1.5, beside=100),
            Goal("another's request while 10,000 are told", "longestOther", 5_000, "µs"),
            Goal("the change's answer while 10,000 are told", "answer", 10_000, "µs"),
        ], watchers),
    Growth(
        "stored", "A change, and what is stored", "sign-outs with tokens of 32 KiB that are stored", (1, 2, 4, 8, 16),
        {"change": "a change, µs", "processor": "processor, µs"}, {"sessiond": "change", "processor": "processor"},
        "microseconds", [Goal("a change where 544 KiB are stored", "change", 10_000, "µs")], stored),
    Growth(
        "groups", "A caller's groups", "groups", (1, 16, 256, 4_096, 65_536), {
            "connection": "a connection with a request, processor's µs", "p50": "median, µs",
            "request": "a request over one that lasts, median, µs", "memory": "a connection's memory, bytes",
        }, {"a connection": "connection", "a request": "request"}, "microseconds", [
            Goal("a request of a caller in 65,536 groups, beside one in 16", "request", 1.2, beside=16),
            # The kernel writes them one by one.
            Goal("a connection of a caller in 65,536 groups", "connection", 5_000, "µs"),
            Goal("memory of a connection of a caller in 65,536 groups", "memory", 2_048, "bytes"),
        ], groups, needs_root=True),
    Growth(
        "rules", "Access rules", "rules", TENS, {
            "connection": "a connection with a request, processor's µs", "reload": "a reload, ms",
            "longestOther": "longest that another waits meanwhile, µs",
        }, {"a connection": "connection", "another waits": "longestOther"}, "microseconds", [
            Goal("a connection where there are 1,000 rules, beside one rule", "connection", 1.2, beside=1),
            Goal("a reload of 1,000 rules", "reload", 50, "ms"),
            Goal("another's request while 1,000 rules are reloaded", "longestOther", 5_000, "µs"),
        ], rules, needs_root=True),
    Growth(
        "drop-ins", "Drop-ins", "drop-ins", TENS, {
            "reload": "a reload, ms", "start": "a start, ms",
            "longestOther": "longest that another waits meanwhile, µs",
        }, {"a reload": "reload", "a start": "start"}, "milliseconds", [
            Goal("a reload of 1,000 drop-ins", "reload", 50, "ms"),
            Goal("a start with 1,000 drop-ins", "start", 100, "ms"),
            Goal("another's request while 1,000 drop-ins are reloaded", "longestOther", 5_000, "µs"),
        ], drop_ins),
]


def run_rounds(rounds):
    """All that can be measured by this user, in turns; the rounds of each, and what is to be said about the others."""
    measurable = [growth for growth in GROWTHS if os.geteuid() == 0 or not growth.needs_root]
    results = {growth.name: [] for growth in measurable}
    for number in range(rounds):
        for growth in measurable:
            with growth.prepared() as measure:
                results[growth.name].append({count: measure(count) for count in growth.counts})
        print(f"growth, round {number + 1} of {rounds}", file=sys.stderr, flush=True)
    return results, [f"{growth.title} needs root: left out" for growth in GROWTHS if growth not in measurable]


def medians(growth, rounds):
    """The median of each figure over the rounds, by number, and of the first one's ratio beside the smallest number."""
    first, smallest = next(iter(growth.columns)), growth.counts[0]
    return {
        count: {
            **{name: statistics.median(measured[count][name] for measured in rounds) for name in figures},
            "besideSmallest": statistics.median(
                measured[count][first] / measured[smallest][first] for measured in rounds),
        } for count, figures in rounds[0].items()
    }


def judged(growth, rounds):
    """Its goals, each with what was reached."""
    found = []
    for goal in growth.goals:
        value = statistics.median(goal.value(measured) for measured in rounds)
        found.append({
            "what": goal.what, "value": float(f"{value:.3g}"), "unit": goal.unit,
            "goal": f"≤ {goal.at_most:,g}", "met": value <= goal.at_most})
    return found


def series(growth, medians):
    """What is drawn of it, by whose it is."""
    return {whose: [(count, figures[name]) for count, figures in medians.items()]
            for whose, name in growth.drawn.items()}
