# SPDX-License-Identifier: Apache-2.0
"""What is measured of a server: its answers under load, its processor time, its memory, and how long commands take."""

import atexit
import contextlib
import dataclasses
import functools
import json
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import tempfile
import time

from servers import DESCRIPTORS, program

WARM_UP_SECONDS = 0.2


@dataclasses.dataclass
class Load:
    """What session-bench reports of a load, and what it cost the server."""

    requests_per_second: float
    p50: float
    p99: float
    p999: float
    processor: float
    failures: int


def allow_many_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def load(server, seconds, *arguments, **caller):
    """Puts load on a server; times in microseconds, the processor's for each request.

    `caller` is whose it is, as subprocess has it; by default this process's.
    """
    before = processor_nanoseconds(server.pids)
    done = subprocess.run(
        [program("session-bench"), "load", "--socket", server.path, "--seconds", str(seconds),
         "--warm-up-seconds", str(WARM_UP_SECONDS), *server.asking, *map(str, arguments)],
        stdout=subprocess.PIPE, check=True, **caller)
    spent = processor_nanoseconds(server.pids) - before
    report = json.loads(done.stdout)
    times = report["latencyNanoseconds"]
    # Those of the warm-up are not counted, and no different.
    asked = report["requests"] * (seconds + WARM_UP_SECONDS) / seconds
    return Load(
        report["requestsPerSecond"], times["p50"] / 1e3, times["p99"] / 1e3, times["p999"] / 1e3,
        spent / max(asked, 1) / 1e3, report["failures"])


def processor_nanoseconds(pids):
    """The time that processes have spent on a processor, proc(5)."""
    total = 0
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            # A thread may end meanwhile.
            with contextlib.suppress(FileNotFoundError):
                total += int((task / "schedstat").read_text().split()[0])
    return total


@contextlib.contextmanager
def on_one_core(server):
    """Has a server, and whoever is started meanwhile, run on one core."""
    everywhere = os.sched_getaffinity(0)
    core = {max(everywhere)}
    try:
        set_affinity(server, core)
        os.sched_setaffinity(0, core)
        yield
    finally:
        os.sched_setaffinity(0, everywhere)
        set_affinity(server, everywhere)


def set_affinity(server, cores):
    for pid in server.pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(task), cores)


def memory(pids):
    """What processes hold, in KiB: their share of all (PSS), and what is theirs alone and was written."""
    total = {"Pss": 0, "Private_Dirty": 0}
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, value = line.split(":")
            if name in total:
                total[name] += int(value.split()[0])
    return total["Pss"], total["Private_Dirty"]


@contextlib.contextmanager
def connections(server, count, line=None):
    """Holds connections; where a line is given, it is sent over each and an answer awaited."""
    held = []
    try:
        for _ in range(count):
            connection = socket.socket(socket.AF_UNIX)
            held.append(connection)
            connection.connect(str(server.path))
            if line:
                connection.sendall(line)
                connection.recv(1 << 16)
        yield
    finally:
        for connection in held:
            connection.close()


@functools.cache
def as_installed(name):
    """A program without its symbols, as a package has it: there is less of it to look through at its start."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-"))
    atexit.register(shutil.rmtree, folder)
    subprocess.run(["strip", "-o", folder / name, program(name)], check=True)
    return folder / name


def wall_milliseconds(command, environment=None):
    """How long a command takes from its start to its end."""
    began = time.monotonic()
    subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, close_fds=False)
    return (time.monotonic() - began) * 1e3
