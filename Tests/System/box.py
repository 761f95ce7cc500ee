# SPDX-License-Identifier: Apache-2.0
"""A small Debian in a box of namespaces, with a systemd of its own that was really booted (systemd-box)."""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from conditions import LIBC, Output, passed_out
from harness import PATIENCE_SECONDS

HERE = pathlib.Path(__file__).resolve().parent
TOOL, ENTER = HERE / "systemd-box", HERE / "enter-box"
# Where the trees are kept that boxes are made from.
TREES = pathlib.Path(os.environ.get("SESSIOND_BOX_DIR", HERE.parents[1] / ".box")).resolve()
# The release of Debian: bookworm has systemd 252, trixie 257.
SUITE = os.environ.get("SUITE", "bookworm")
# Beyond systemd and D-Bus: what the package depends on or recommends, and what tests run in the box.
PACKAGES = ["bubblewrap", "libcurl4", "passwd", "python3", "systemd-container"]
# What entering a box answers that is not running, or went down meanwhile.
NOT_RUNNING = 125
# What the manager says of a unit: `MESSAGE_ID` of sd-messages(3).
UNIT_PROCESS_EXIT = "98e322203f7a4ed290d09fe03c09fe15"
UNIT_FAILED = "d9b373ed55a64feb8242e02dbe79a49c"

# setns(2).
CLONE_NEWNET = 0x4000_0000

# Opens a folder, and passes it out over its standard input.
OPEN_FOLDER = """
import os, socket, sys
with socket.socket(fileno=0) as back:
    socket.send_fds(back, [b"."], [os.open(sys.argv[1], os.O_PATH | os.O_DIRECTORY)])
"""


def kept_tree(what=None, further=()):
    """The folder with the tree that boxes are made from; made where it is not there yet.

    `what` is a word for what there is in it beside the usual, the packages `further`.
    """
    tree = TREES / (f"{SUITE}-{what}" if what else SUITE)
    tree.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One with other packages is made anew.
    tool("create", "--force", f"--suite={SUITE}", f"--include={','.join([*PACKAGES, *further])}", tree)
    return tree


def tool(*arguments, **options):
    """Runs systemd-box; fails unless it succeeds."""
    return subprocess.run([TOOL, *map(str, arguments)], check=True, **options)


class Box:
    """A box that is up, or was."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    @classmethod
    @contextlib.contextmanager
    def booted(cls, *options, tree=None):
        """A new one, from the kept tree or another; gone with everything in it afterwards."""
        tree = tree or kept_tree()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sessiond-box-"))
        try:
            tool("boot", *options, f"--tree={tree}", folder)
            yield cls(folder)
        finally:
            tool("destroy", folder)
            shutil.rmtree(folder, ignore_errors=True)

    def command(self, *command, user=None):
        """The arguments that run a command in the box, as root or as a user with all their groups."""
        identity = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"] if user else []
        return [str(part) for part in (ENTER, "run", self.folder, *identity, *command)]

    def run(self, *command, user=None, input=b"", timeout=PATIENCE_SECONDS):
        """Runs a command in the box, whatever its status; its result, as text."""
        if isinstance(input, str):
            input = input.encode()
        done = subprocess.run(self.command(*command, user=user), input=input, capture_output=True, timeout=timeout)
        done.stdout, done.stderr = (data.decode(errors="replace") for data in (done.stdout, done.stderr))
        return done

    def do(self, *command, **options):
        """Runs a command in the box that has to succeed; what it prints."""
        done = self.run(*command, **options)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))}: status {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def shell(self, script, *arguments, **options):
        """Runs a script of sh(1) that has to succeed; what it prints."""
        return self.do("sh", "-euc", script, "sh", *arguments, **options)

    def start(self, *command, user=None, **options):
        """Starts a command in the box."""
        return subprocess.Popen(
            self.command(*command, user=user),
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})

    def write(self, path, text, mode="0644", owner="root:root"):
        """Writes a file in the box, and makes its folders."""
        self.shell(
            'mkdir -p "$(dirname "$1")"; cat >"$1.new"; chmod "$2" "$1.new"; chown "$3" "$1.new"; mv "$1.new" "$1"',
            path, mode, owner, input=text)

    def read(self, path):
        """A file of the box, as text."""
        return self.do("cat", path)

    def copy(self, source, destination):
        """Copies a file or folder into the box."""
        tool("copy", self.folder, source, destination)

    def folder_outside(self, path):
        """A path by which processes outside get into a folder of the box, for as long as this process lives."""
        return pathlib.Path(f"/proc/self/fd/{passed_out(self.command(), OPEN_FOLDER, path, python='python3')}")

    def join_network(self):
        """Moves this thread, and what it starts from now on, into the box's network: its loopback is the box's."""
        leader = subprocess.run([ENTER, "leader", self.folder], check=True, capture_output=True, text=True).stdout.strip()
        with open(f"/proc/{leader}/ns/net") as network:
            if LIBC.setns(network.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "the box's network cannot be joined")

    def systemctl(self, *arguments, **options):
        """Runs systemctl, which has to succeed; what it prints."""
        return self.do("systemctl", *arguments, **options)

    def properties(self, unit, *names):
        """Properties of a unit, by name, as systemctl show gives them."""
        lines = self.systemctl("show", unit, *(f"--property={name}" for name in names)).splitlines()
        return dict(line.split("=", 1) for line in lines)

    def property(self, unit, name):
        return self.properties(unit, name)[name]

    def main_pid(self, unit):
        """The main process of a unit, as the box numbers it; 0: there is none."""
        return int(self.property(unit, "MainPID"))

    def boot_id(self):
        """Which boot of the box it is; empty: it is not up."""
        return self.run("cat", "/proc/sys/kernel/random/boot_id").stdout.strip()

    def is_up(self):
        """Whether it has booted, waited for; units may have failed."""
        return self.run("systemctl", "is-system-running", "--wait").stdout.strip() in ("running", "degraded")

    def systemd_version(self):
        """The major version of its systemd."""
        return int(re.match(r"systemd (\d+)", self.systemctl("--version"))[1])

    def reboot(self):
        """Reboots it, and waits until it is up again."""
        before = self.boot_id()
        self.run("systemctl", "reboot")
        wait_until(lambda: self.boot_id() not in ("", before), "the next boot")
        wait_until(self.is_up, "the end of the boot")

    def lose_power(self):
        """Ends it at once, and everything in it."""
        tool("stop", "--timeout=0", self.folder)

    def cursor(self):
        """Where the journal ends now."""
        self.do("journalctl", "--sync")
        lines = self.do("journalctl", "--lines=0", "--show-cursor", "--quiet").splitlines()
        return lines[-1].removeprefix("-- cursor: ")

    def entries(self, after=None, **fields):
        """The entries of the journal that have these fields, in their order; `after` is a cursor."""
        self.do("journalctl", "--sync")
        entries = map(json.loads, self.do(*journal_command(after, fields)).splitlines())
        return [entry for entry in entries if entry["__CURSOR"] != after]

    def wait_for_entry(self, after, **fields):
        """Waits for the first entry behind a cursor that has these fields."""
        with self.following(after, **fields) as output:
            return json.loads(output.wait_for(rf"^(?!.*{re.escape(after)})\{{.*\}}$").group())

    @contextlib.contextmanager
    def following(self, after, **fields):
        """The entries from a cursor on as they come, a JSON text a line."""
        process = self.start(*journal_command(after, fields), "--follow", "--no-tail", stderr=subprocess.DEVNULL)
        try:
            yield Output(process.stdout)
        finally:
            end(process)


def journal_command(cursor, fields):
    # Not --after-cursor=: with fields to match, journalctl of systemd 252 skips the first entry that does.
    place = [f"--cursor={cursor}"] if cursor else []
    # Without --all a long entry would be left out.
    return ["journalctl", "--quiet", "--output=json", "--all", *place,
            *(f"{name}={value}" for name, value in fields.items())]


def wait_until(condition, what):
    """Waits for something that nobody announces."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not in {PATIENCE_SECONDS:.0f} s")
    return found


def end(process):
    """Ends a command in the box, and what it started."""
    process.terminate()
    process.wait(PATIENCE_SECONDS)
