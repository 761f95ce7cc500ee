# SPDX-License-Identifier: Apache-2.0
"""Puts the real sessiond under harder conditions than harness.py: traced, as other users, on other disks, activated.

Root is needed for most of it. Where the machine does not let a condition be made, the test fails: it is not skipped.
"""

import contextlib
import ctypes
import errno
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid

from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, Client, Daemon, DaemonTestCase

# systemd.exec(5): names of groups that the daemon's default rules are about, and one that is in neither.
SESSION_GROUP, ADMIN_GROUP, OTHER_GROUP = 61_201, 61_202, 61_203
APP_USER, ADMIN_USER, OTHER_USER, DAEMON_USER, RULED_USER = 61_301, 61_302, 61_303, 61_304, 61_305
OVERFLOW_ID = 65_534

ETC = pathlib.Path("/etc")
LIBC = ctypes.CDLL(None, use_errno=True)


def require_root():
    """Fails unless the tests run as root."""
    if os.geteuid() != 0:
        raise AssertionError("this module needs root: it mounts, traces and changes users")


class Output:
    """What arrives on a stream, as it arrives: can be waited for."""

    def __init__(self, stream, at_end=None):
        self._stream, self._at_end = stream, at_end
        self._text = ""
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        with self._stream:
            while chunk := self._chunk():
                with self._changed:
                    self._text += chunk.decode(errors="replace")
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        if self._at_end:
            self._at_end()

    def _chunk(self):
        try:
            return os.read(self._stream.fileno(), 1 << 16)
        except OSError as error:
            # A terminal that nobody has open any more, pty(7).
            if error.errno != errno.EIO:
                raise
            return b""

    @property
    def text(self):
        with self._changed:
            return self._text

    def wait_for(self, pattern, start=0):
        """Waits until the pattern occurs behind an offset; the match."""
        found = None

        def occurs():
            nonlocal found
            found = re.compile(pattern, re.MULTILINE).search(self._text, start)
            return found or self._ended

        with self._changed:
            self._changed.wait_for(occurs, PATIENCE_SECONDS)
            if not found:
                raise AssertionError(f"{pattern!r} never came; what came: {self._text[start:]}")
        return found

    def wait_for_end(self):
        """Waits until nobody can write any more; all that was written."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._ended, PATIENCE_SECONDS):
                raise AssertionError(f"the stream did not end: {self._text}")
            return self._text


class Notifications:
    """The service manager's end of NOTIFY_SOCKET, sd_notify(3): reads all the time, as the manager does."""

    def __init__(self, path):
        path.unlink(missing_ok=True)
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        os.chmod(path, 0o666)
        self._own = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._own.connect(str(path))
        self._messages = []
        self._read = 0
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def _receive(self):
        while message := self._socket.recv(1 << 16):
            with self._changed:
                self._messages.append(message.decode().split("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def end(self):
        """Says that nothing more will come: who waits for something waits in vain."""
        with contextlib.suppress(OSError):
            self._own.send(b"")

    def close(self):
        self.end()
        self._thread.join(PATIENCE_SECONDS)
        self._own.close()
        self._socket.close()

    @property
    def received(self):
        """All messages so far, each as its lines."""
        with self._changed:
            return list(self._messages)

    def next(self, timeout=PATIENCE_SECONDS):
        """The lines of the next message that was not taken yet, or `None` where none comes in that time."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._messages) > self._read, timeout):
                return None
            self._read += 1
            return self._messages[self._read - 1]

    def wait_for(self, wanted):
        """Waits for a message with that line, or one that a function takes; its lines."""
        takes = wanted if callable(wanted) else lambda line: line == wanted
        found = None

        def came():
            nonlocal found
            found = next((lines for lines in self._messages if any(map(takes, lines))), None)
            return found or self._ended

        with self._changed:
            self._changed.wait_for(came, PATIENCE_SECONDS)
            if not found:
                raise AssertionError(f"{wanted} never came; what came: {self._messages}")
            return found

    def drain(self):
        """Takes what is there already."""
        with self._changed:
            self._read = len(self._messages)

    def statuses(self):
        """All texts of STATUS= so far."""
        return [line.removeprefix("STATUS=") for lines in self.received for line in lines if line.startswith("STATUS=")]


# Runs a program with the descriptors of the first argument as 3, 4, ..., as systemd passes them.
PASS_DESCRIPTORS = """
import os, sys
numbers = [int(number) for number in sys.argv[1].split(",")]
kept = [os.dup2(number, 200 + index, inheritable=False) for index, number in enumerate(numbers)]
for number in numbers:
    os.close(number)
for index, number in enumerate(kept):
    os.dup2(number, 3 + index)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(numbers)), LISTEN_FDNAMES=sys.argv[2])
os.execvp(sys.argv[3], sys.argv[3:])
"""


def running_as(uid, gid=None, groups=()):
    """What stands in front of a command that another user runs; the group is of the same number unless given."""
    wanted = ["--groups", ",".join(map(str, groups))] if groups else ["--clear-groups"]
    return ["setpriv", "--reuid", str(uid), "--regid", str(uid if gid is None else gid), *wanted, "--"]


# Executes a program in a time namespace whose CLOCK_BOOTTIME and CLOCK_MONOTONIC are so many seconds ahead.
ENTER_TIME = """
import ctypes, os, sys
libc, new_time_namespace = ctypes.CDLL(None, use_errno=True), 0x80
def check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "no time namespace")
check(libc.unshare(new_time_namespace))
with open("/proc/self/timens_offsets", "w") as offsets:
    offsets.write(f"monotonic {sys.argv[1]} 0\\nboottime {sys.argv[1]} 0\\n")
with open("/proc/self/ns/time_for_children") as namespace:
    check(libc.setns(namespace.fileno(), new_time_namespace))
os.execv(sys.argv[2], sys.argv[2:])
"""
BOOT_ID = "/proc/sys/kernel/random/boot_id"


class ClockAhead:
    """The clocks of a process, which a test moves on while it runs: clock_ahead.c, built into a folder."""

    def __init__(self, folder):
        self.path, library = pathlib.Path(folder) / "ahead", pathlib.Path(folder) / "clock_ahead.so"
        self.seconds = 0
        self.advance(0)
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library,
             pathlib.Path(__file__).with_name("clock_ahead.c")], check=True)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_AHEAD": str(self.path)}

    def advance(self, seconds):
        self.seconds += seconds
        with open(self.path, "r+b" if self.path.exists() else "wb") as file:
            file.write(self.seconds.to_bytes(8, sys.byteorder))


def at_boottime(seconds, boot_id=None):
    """Executes a program with CLOCK_BOOTTIME so far ahead, time_namespaces(7), and in the boot of a file."""
    wrapper = [sys.executable, "-S", "-E", "-c", ENTER_TIME, str(int(seconds))]
    if boot_id:
        wrapper += ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", f'mount --bind {boot_id} {BOOT_ID} && exec "$@"',
                    "sh"]
    return wrapper


def another_boot(folder):
    """A file in a folder with the id of another boot."""
    path = folder / f"boot-{uuid.uuid4()}"
    path.write_text(f"{uuid.uuid4()}\n")
    return path


class ConditionedDaemon(Daemon):
    """A daemon with a command in front of it, an environment, a user; its log can be waited for."""

    def __init__(self, sections=None, accounts=None, arguments=(), own_socket=True):
        super().__init__(sections, accounts, arguments)
        self.own_socket = own_socket
        # What is executed in front of it, and has to execute it in its own place.
        self.wrapper = []
        self.descriptors = []
        self.environment = {}
        self.notifies = True
        self.notifications = None
        self.output = None

    @property
    def command(self):
        arguments = ["--state-directory", self.state_path, "--config", self.config_path, *self.arguments]
        if self.own_socket:
            arguments = ["--socket", self.socket_path, *arguments]
        return [*self.wrapper, BINARIES / "sessiond", *arguments]

    def launch(self):
        """Starts it without waiting for anything."""
        environment = {**ENVIRONMENT, **self.environment}
        if self.notifications:
            self.notifications.close()
            self.notifications = None
        if self.notifies:
            self.notifications = Notifications(self.folder / "n")
            environment["NOTIFY_SOCKET"] = str(self.notifications.path)
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment,
            cwd="/", pass_fds=self.descriptors, bufsize=0)
        self.output = Output(self.process.stdout, self.notifications and self.notifications.end)
        return self

    def start(self):
        self.launch()
        self.wait_until_ready()
        return self

    def wait_until_ready(self):
        """Waits for READY=1; the message's lines."""
        try:
            return self.notifications.wait_for("READY=1")
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"sessiond is not ready ({error}): {self.output.wait_for_end()}") from None

    def wait_for_end(self):
        """Waits until it ends by itself; exit status and output."""
        status = self.process.wait(PATIENCE_SECONDS)
        self.process = None
        return status, self.output.wait_for_end()

    def passing(self, sockets, names):
        """Passes sockets as systemd does."""
        self.descriptors = [item.fileno() for item in sockets]
        numbers = ",".join(map(str, self.descriptors))
        self.wrapper = [sys.executable, "-S", "-E", "-c", PASS_DESCRIPTORS, numbers, ":".join(names)]
        return self

    def as_user(self, uid, gid=None):
        """Gives it its folder, and runs it as that user."""
        gid = uid if gid is None else gid
        for path in (self.folder, self.state_path, *self.state_path.iterdir(), self.config_path):
            os.chown(path, uid, gid)
        if self.accounts_path.exists():
            os.chown(self.accounts_path, uid, gid)
        self.wrapper = running_as(uid, gid)
        return self

    @property
    def stderr(self):
        return self.output.text if self.output else ""

    def log_after(self, action, pattern):
        """What it logs from now on up to a line that an action leads to."""
        start = len(self.output.text)
        action()
        match = self.output.wait_for(pattern, start)
        return self.output.text[start:match.end()]

    def _end(self, number):
        status = super()._end(number)
        if self.output:
            # All that it wrote has arrived.
            self.output.wait_for_end()
        return status

    def remove(self):
        super().remove()
        if self.notifications:
            self.notifications.close()


class ConditionedTestCase(DaemonTestCase):
    """A test with daemons under conditions; none is started before it begins."""

    def setUp(self):
        pass

    def make_daemon(self, sections=None, accounts=None, arguments=(), **options):
        """A daemon that is not started."""
        daemon = ConditionedDaemon(sections, accounts, arguments, **options)
        self.addCleanup(daemon.remove)
        return daemon

    def close_later(self, item):
        self.addCleanup(item.close)
        return item


# Connects, and passes the connection out over its standard input.
CONNECT = """
import socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made, socket.socket(fileno=0) as back:
    made.connect(sys.argv[1])
    socket.send_fds(back, [b"."], [made.fileno()])
"""


def passed_out(command, script, *arguments, python=sys.executable):
    """The descriptor that a script of Python passes out, run by a command as somebody, or somewhere, else."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.run(
            [*command, python, "-S", "-E", "-c", script, *map(str, arguments)],
            stdin=theirs, cwd="/", capture_output=True, timeout=PATIENCE_SECONDS)
        if process.returncode != 0:
            raise ConnectionError(f"{process.stderr.decode()}")
        _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    return descriptors[0]


def client_made_by(command, path, **options):
    """A client whose connection was made by a process that a command runs as somebody, or somewhere, else."""
    return Client.over(socket.socket(fileno=passed_out(command, CONNECT, path, **options)))


def client_as(path, uid, gid, groups=()):
    """A client whose connection was made by a process of that user and those groups."""
    return client_made_by(running_as(uid, gid, groups), path)


class Trace:
    """A strace(1) that is attached to all threads of a process until `detach`."""

    def __init__(self, pid, *options, output=None):
        self.output = output
        destination = ["-o", str(output)] if output else ["-o", "/dev/null"]
        self.process = subprocess.Popen(
            ["strace", "-f", "-p", str(pid), *destination, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, bufsize=0)
        self.messages = Output(self.process.stderr)
        self._wait_until_attached(pid)

    def _wait_until_attached(self, pid):
        attached = self.messages.wait_for(rf"Process {pid} attached(?: with (\d+) threads)?")
        threads = len(os.listdir(f"/proc/{pid}/task"))
        if int(attached[1] or 1) != threads:
            raise AssertionError(f"strace has {attached[1]} of {threads} threads: {self.messages.text}")

    def detach(self):
        """Lets the process go; what was traced."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_SECONDS)
        self.messages.wait_for_end()
        return self.output.read_text(errors="replace") if self.output else ""


class SystemCallRecord:
    """One system call of a trace: when it began and ended, counted in lines."""

    def __init__(self, name, arguments, begin):
        self.name, self.arguments, self.begin = name, arguments, begin
        self.end = None
        self.result = None

    @property
    def path(self):
        """The path of the descriptor that is its first argument (strace -y)."""
        match = re.match(r"\d+<([^>]*)>", self.arguments)
        return match[1] if match else None


def system_calls(text):
    """The system calls of a trace of `strace -f -y`, in the order of their beginning."""
    calls, unfinished = [], {}
    for number, line in enumerate(text.splitlines()):
        resumed = re.match(r"(\d+) +<\.\.\. (\w+) resumed>(.*) = (-?\d+|\?)", line)
        whole = re.match(r"(\d+) +(\w+)\((.*)\) += (-?\d+|\?)", line)
        # Detached: the tracer left before it saw the end.
        begun = re.match(r"(\d+) +(\w+)\((.*) <(?:unfinished|detached) \.\.\.>$", line)
        if resumed:
            call = unfinished.pop((resumed[1], resumed[2]), None)
            if call:
                call.arguments += resumed[3]
                call.end, call.result = number, resumed[4]
        elif begun:
            call = unfinished[begun[1], begun[2]] = SystemCallRecord(begun[2], begun[3], number)
            calls.append(call)
        elif whole:
            call = SystemCallRecord(whole[2], whole[3], number)
            call.end, call.result = number, whole[4]
            calls.append(call)
    return calls


class StoppedThread:
    """Stops one thread of a process, and no other, by ptrace(2)."""

    SEIZE, INTERRUPT, DETACH, ALL_CHILDREN = 0x4206, 0x4207, 17, 0x40000000

    def __init__(self, pid, name):
        self.tid = self._named(pathlib.Path(f"/proc/{pid}/task"), name)

    @staticmethod
    def _named(tasks, name):
        """The thread of that name; one that has just begun gives itself its name, and nothing tells when it has."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            for task in tasks.iterdir():
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                    if (task / "comm").read_text().strip() == name:
                        return int(task.name)
            os.sched_yield()
        raise AssertionError(f"no thread is called {name}")

    def __enter__(self):
        self._trace(self.SEIZE)
        self._trace(self.INTERRUPT)
        os.waitpid(self.tid, self.ALL_CHILDREN)
        return self

    def __exit__(self, *_):
        try:
            self._trace(self.DETACH)
        except ProcessLookupError:
            # It has ended with its process, which is not over before we have taken note.
            os.waitpid(self.tid, self.ALL_CHILDREN)

    def _trace(self, request):
        LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        LIBC.ptrace.restype = ctypes.c_long
        if LIBC.ptrace(request, self.tid, None, None) != 0:
            raise OSError(ctypes.get_errno(), f"ptrace {request:#x}")


def own_mounts():
    """Gives this process a mount namespace of its own: what it and its children mount ends with them."""
    require_root()
    new_namespace = 0x00020000
    if LIBC.unshare(new_namespace) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWNS)")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


@contextlib.contextmanager
def mounted(*arguments):
    """Mounts something for as long as it is needed; the last argument is the mount point."""
    subprocess.run(["mount", *map(str, arguments)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(arguments[-1])], check=True)


def name_accounts():
    """Gives this process an /etc/group and /etc/passwd with names of the product, for as long as a module lasts."""
    own_mounts()
    folder = pathlib.Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    for name, lines in [
        ("group", [f"sessiond:x:{SESSION_GROUP}:", f"sessiond-admin:x:{ADMIN_GROUP}:", f"till-apps:x:{OTHER_GROUP}:"]),
        ("passwd", [f"till-app:x:{APP_USER}:{APP_USER}::/:/usr/sbin/nologin"]),
    ]:
        taken = {line.split(":")[0] for line in lines}
        kept = [line for line in (ETC / name).read_text().splitlines() if line.split(":")[0] not in taken]
        (folder / name).write_text("\n".join(kept + lines) + "\n")
        (folder / name).chmod(0o644)
        unittest.enterModuleContext(mounted("--bind", folder / name, ETC / name))


def fill(folder):
    """Fills a file system to its last byte; the file that holds it."""
    ballast = folder / "ballast"
    with open(ballast, "ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)
    assert os.statvfs(folder).f_bavail == 0, os.statvfs(folder)
    return ballast


def run_cycles(cycle, count, seed):
    """Runs a cycle so many times; the seconds it took. A failure says which cycle of which seed it was."""
    began = time.monotonic()
    for number in range(count):
        try:
            cycle()
        except BaseException as error:
            error.add_note(f"CRASH_SEED={seed}, cycle {number}")
            raise
    return time.monotonic() - began
