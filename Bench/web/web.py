# SPDX-License-Identifier: Apache-2.0
"""How long it takes from the daemon's event to a page's callback, beside bare native messaging in the same browser.

    SESSIOND_BIN_DIR=.build/release python3 Bench/web/web.py [--rounds COUNT] [--events COUNT] [chromium | firefox]

The page has two extensions. One is the product's: the clock begins when this process, which stands between the daemon
and sessiond-web-host, writes the event to the host's socket, and ends in the page's loop over `changes()`. The other
one, `bare`, hands on what it gets: the clock begins when this process writes the same event to the socket of a host
that is socat(1), and ends in the page's listener. The page then says back through the bare one that it has heard, so
that nothing else is under way when the next one begins; the two take turns.

The page's clock is brought to this process's by the fastest of the bare round trips, whose halves are taken for equal.
"""

import argparse
import contextlib
import datetime
import json
import pathlib
import select
import socket
import statistics
import struct
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parents[1]
sys.path[:0] = [str(PACKAGE / "Tests" / name) for name in ("Browsers", "EndToEnd")]
sys.path.append(str(HERE.parent))

import measuring  # noqa: E402
import report  # noqa: E402
from browsers import Chromium, Firefox, Here  # noqa: E402
from harness import PATIENCE_SECONDS, Client  # noqa: E402
from pages import PageTestCase, Server  # noqa: E402

GOAL = 1.3
KINDS = ("bare", "ours")
PARTS = (0.5, 0.99)
WARM_UP_EVENTS = 50
# Of which the hosts' memory is the mean.
PAGES = 50
# Of the page that is measured: what is heard, and when.
SCRIPT = """
window.heard = { bare: [], ours: [] };
const note = kind => {
    heard[kind].push(performance.now());
    postMessage({ up: { heard: kind } }, location.origin);
};
addEventListener("message", ({ data }) => { if (data.down) note("bare"); });
(async () => {
    for await (const change of sessiond.changes()) {
        if (change.cause === "event") note("ours");
        else window.isFollowing = true;
    }
})();
"""


class Pages(Server):
    """The page that is measured, on a server that lets it have an exact clock."""

    def _answer(self, url):
        if url.path != "/measured":
            return super()._answer(url)
        headers = {
            "Content-Type": "text/html; charset=utf-8", "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Embedder-Policy": "require-corp"}
        return 200, headers, f"<!doctype html><title>Measured</title><script>{SCRIPT}</script><p>A page".encode()


class ExactFirefox(Firefox):
    SETTINGS = {
        **Firefox.SETTINGS, "privacy.reduceTimerPrecision": False,
        "privacy.reduceTimerPrecision.unconditional": False}


class Between:
    """Stands between the daemon and the hosts, and hands on what they write."""

    def __init__(self, daemon):
        self.path = daemon.folder / "between"
        self._daemon = daemon.socket_path
        # When the last event was handed on, in milliseconds.
        self.event_at = None
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen()
        self.path.chmod(0o666)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            host, _ = self._listener.accept()
            daemon = socket.socket(socket.AF_UNIX)
            daemon.connect(str(self._daemon))
            for ends in ((host, daemon), (daemon, host)):
                threading.Thread(target=self._hand_on, args=ends, daemon=True).start()

    def _hand_on(self, source, target):
        # A host that is ended takes nothing more.
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if b'"session.event"' in data:
                    self.event_at = time.monotonic_ns() / 1e6
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


class Bench(PageTestCase):
    """The product's part of it, as tests have it: daemon, servers, browser."""

    LIMITS = {"ConnectionsPerOrigin": 2 * PAGES}

    @classmethod
    def make_servers(cls):
        return Pages(), Server()

    @classmethod
    def configure(cls, rights=None, limits=None):
        super().configure(rights, cls.LIMITS)

    @classmethod
    def place(cls):
        cls.between = Between(cls.daemon)
        return Here(cls.between.path)


class Bare:
    """The other end of the bare extension's host."""

    def __init__(self, browser):
        path = browser.folder / "bare"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        path.chmod(0o666)
        host = browser.folder / "bare-host"
        host.write_text(f"#!/bin/sh\nexec socat STDIO UNIX-CONNECT:{path}\n")
        host.chmod(0o755)
        browser.load(HERE / "bare", "sessiond_bare", host)
        self._connection = None

    def accept(self):
        """Waits for the host of the page that has just been opened."""
        self._connection, _ = self._listener.accept()

    def send(self, message):
        text = json.dumps(message).encode()
        self._connection.sendall(struct.pack("=I", len(text)) + text)

    def heard(self):
        """Waits until the page says what it has heard."""
        length, = struct.unpack("=I", self._read(4))
        return json.loads(self._read(length))["heard"]

    def _read(self, count):
        data = b""
        while len(data) < count:
            readable, _, _ = select.select([self._connection], [], [], PATIENCE_SECONDS)
            assert readable, "the page has not heard anything"
            data += self._connection.recv(count - len(data))
        return data


class Measurement:
    """A page in a browser that hears of both in turns."""

    def __init__(self, bench):
        self._browser, self._between = bench.browser, bench.between
        self._bare = Bare(self._browser)
        self._page = self._browser.open(bench.server.url("/measured"))
        self._bare.accept()
        self._client = Client(bench.daemon.socket_path)
        self._number = 0
        self._browser.wait(self._page, "crossOriginIsolated && isFollowing")
        with Client(bench.daemon.socket_path) as watcher:
            watcher.call("session.watch")
            self._change()
            self._message = {"event": watcher.read()["params"]}
        assert self._bare.heard() == "ours"

    def _change(self):
        self._number += 1
        self._client.call("session.setIdentity", customIdentifier=f"{self._number:06}")

    def _trip(self, kind):
        """When it began, and when the page said that it has heard; milliseconds."""
        began = time.monotonic_ns() / 1e6
        if kind == "bare":
            self._bare.send(self._message)
        else:
            self._change()
        heard = self._bare.heard()
        assert heard == kind, heard
        return began if kind == "bare" else self._between.event_at, time.monotonic_ns() / 1e6

    def round(self, events):
        """The milliseconds to the page's callback, by what it heard of, and those of the bare round trips."""
        self._browser.value(self._page, "void (heard.bare.length = heard.ours.length = 0)")
        trips = {kind: [] for kind in KINDS}
        for number in range(events):
            for kind in sorted(KINDS, reverse=number % 2 == 1):
                trips[kind].append(self._trip(kind))
        heard = self._browser.value(self._page, "heard")
        fastest = min(range(events), key=lambda number: trips["bare"][number][1] - trips["bare"][number][0])
        ahead = heard["bare"][fastest] - sum(trips["bare"][fastest]) / 2
        found = {
            kind: [at - ahead - began for at, (began, _) in zip(heard[kind], trips[kind], strict=True)]
            for kind in KINDS}
        return {**found, "echo": [end - began for began, end in trips["bare"]]}


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def measure(browser_class, rounds, events):
    """The rounds in a browser, as percentiles, and what a page's host holds with many of them, in KiB."""
    class Measured(Bench):
        BROWSER = browser_class

    Measured.setUpClass()
    try:
        measurement = Measurement(Measured)
        measurement.round(WARM_UP_EVENTS)
        found = [
            {kind: {part: percentile(values, part) for part in PARTS}
             for kind, values in measurement.round(events).items()} for _ in range(rounds)]
        return found, host_memory(Measured)
    finally:
        Measured.doClassCleanups()


def host_memory(bench):
    there = set(bench.browser.hosts())
    for _ in range(PAGES):
        page = bench.browser.open(bench.server.url())
        bench.browser.value(page, "sessiond.status()")
    return [figure / PAGES for figure in measuring.memory(set(bench.browser.hosts()) - there)]


def row(name, found, part):
    """A row of the table: medians of the rounds, and that of their ratios."""
    ratios = [each["ours"][part] / each["bare"][part] for each in found]
    median = statistics.median(ratios)
    bare, ours, echo = (statistics.median(each[kind][part] for each in found) for kind in ("bare", "ours", "echo"))
    return [
        name, f"p{100 * part:.0f}", f"{bare:.2f}", f"{ours:.2f}", f"{echo:.2f}", f"{median:.2f}",
        f"{min(ratios):.2f}–{max(ratios):.2f}", f"≤ {GOAL}", report.verdict(median <= GOAL)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("browsers", nargs="*", choices=[*BROWSERS, []], metavar=" | ".join(BROWSERS))
    options = parser.parse_args()
    lines, memory = [], []
    for name in options.browsers or BROWSERS:
        found, (shared, own) = measure(BROWSERS[name], options.rounds, options.events)
        lines += [row(name, found, part) for part in PARTS]
        memory.append([name, f"{shared:.0f}", f"{own:.0f}"])
    rounds = f"medians of {options.rounds} rounds of {options.events} events"
    print(f"{datetime.date.today()}, {report.machine()}; {rounds}\n")
    print(report.table(
        ["browser", "", "bare, ms", "sessiond, ms", "bare there and back, ms", "median ratio", "of the rounds", "goal",
         "met"], lines))
    print(f"\nThe host of a page, of {PAGES}:\n")
    print(report.table(["browser", "PSS, KiB", "private dirty, KiB"], memory))


BROWSERS = {"chromium": Chromium, "firefox": ExactFirefox}

if __name__ == "__main__":
    main()
