# SPDX-License-Identifier: Apache-2.0
"""What is measured of the daemon once, and beside nobody: its memory and its sizes."""

import contextlib
import os
import pathlib
import statistics
import tempfile
import time

import measuring
from emulator import Emulator
from harness import Client, Daemon, RPCError
from servers import Sessiond
from workspace import CertificateAuthority, TLSFront

IDLE_CONNECTIONS = 1_000
# A request a second for a week, and what the customer does meanwhile.
WEEK_REQUESTS = 600_000
WEEK_CHANGES = 1_000
WEEK_PARTS = 20
# After that the daemon has given back what only its start needed.
SETTLING_SECONDS = 12


def all_figures():
    """Each as what it is, its value, its unit, its goal and whether that is met."""
    return [*on_server(idle_memory), *on_server(watchers), *on_server(week), *synerise_memory(), *sizes()]


def on_server(measure):
    """What is measured of a daemon of its own, which has answered and come to rest."""
    server = Sessiond()
    try:
        server.daemon.call("session.retrieveToken")
        time.sleep(SETTLING_SECONDS)
        return measure(server)
    finally:
        server.remove()


def figure(what, value, unit, most=None):
    return {
        "what": what, "value": round(value, 2), "unit": unit, "goal": f"≤ {most:g}" if most is not None else "",
        "met": None if most is None else value <= most,
    }


def idle_memory(server):
    pss, dirty = measuring.memory(server.pids)
    with measuring.connections(server, IDLE_CONNECTIONS):
        server.daemon.call("session.retrieveToken")
        more = measuring.memory(server.pids)[1] - dirty
    return [
        figure("idle, PSS", pss / 1024, "MiB", 3.5), figure("idle, private dirty", dirty / 1024, "MiB", 1.5),
        figure(f"{IDLE_CONNECTIONS:,} idle connections add", more / 1024, "MiB", 1),
    ]


def watchers(server):
    dirty = measuring.memory(server.pids)[1]
    with Client(server.path) as client:
        request = client.request("session.watch")
        try:
            client.call("session.watch")
        except RPCError:
            return []
    line = (str(request).replace("'", '"') + "\n").encode()
    with measuring.connections(server, IDLE_CONNECTIONS, line):
        return [figure(
            f"{IDLE_CONNECTIONS:,} watchers add", (measuring.memory(server.pids)[1] - dirty) / 1024, "MiB", 4)]


def week(server):
    """Memory over as many requests and changes as a week has, as the slope of a line through it."""
    # What is made when it is needed first, and room for what comes and goes, is no growth: a week before it.
    change(server, WEEK_CHANGES)
    held = []
    for _ in range(WEEK_PARTS):
        ask(server, WEEK_REQUESTS // WEEK_PARTS)
        change(server, WEEK_CHANGES // WEEK_PARTS)
        held.append(measuring.memory(server.pids)[1])
    slope = statistics.linear_regression(range(WEEK_PARTS), held).slope * WEEK_PARTS
    return [
        figure(f"a week of {WEEK_REQUESTS:,} requests and {WEEK_CHANGES:,} customers adds, private dirty", slope, "KiB",
               64),
        figure("private dirty after it", held[-1] / 1024, "MiB"),
    ]


def change(server, count):
    """Makes so many customers, each with a token."""
    for _ in range(count):
        server.daemon.call("session.regenerateUUID")
        server.daemon.call("session.retrieveToken")


def ask(server, count):
    """Asks for the token so many times, over one connection."""
    batch = 200
    with Client(server.path) as client:
        for _ in range(count // batch):
            client.send(*[client.request("session.retrieveToken")] * batch)
            for _ in range(batch):
                client.read_line()


def synerise_memory():
    """What the daemon holds that has asked an authority over HTTPS, at rest and when it is asked again."""
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sb-")))
        emulator = Emulator(api_keys=["bench"]).start()
        stack.callback(emulator.remove)
        authority = CertificateAuthority(folder)
        front = TLSFront(emulator, [authority.issue("server", "DNS:localhost")])
        stack.callback(front.remove)
        front.start()
        key = folder / "key"
        key.write_text("bench\n")
        key.chmod(0o600)
        daemon = Daemon({
            "Authority": {"Kind": "synerise"},
            "Synerise": {"BaseURL": front.url(), "APIKeyFile": key, "CAFile": authority.path},
        }).start()
        stack.callback(daemon.remove)
        daemon.call("session.retrieveToken")
        time.sleep(SETTLING_SECONDS)
        at_rest = measuring.memory([daemon.process.pid])[0]
        daemon.call("session.refreshToken")
        asked_again = measuring.memory([daemon.process.pid])[0]
    return [
        figure("synerise after its first request over HTTPS, PSS", at_rest / 1024, "MiB", 16),
        figure("the same after another request", asked_again / 1024, "MiB", 16),
    ]


def sizes():
    return [figure(f"{name}, stripped", os.path.getsize(measuring.as_installed(name)) / (1 << 20), "MiB") for name in
            ("sessiond", "sessionctl")]
