# SPDX-License-Identifier: Apache-2.0
"""What can be seen of the daemon's process: by another of its own user nothing of its memory or of what is open."""

import os
import pathlib
import subprocess
import sys
import unittest

from conditions import DAEMON_USER, ConditionedTestCase, running_as
from harness import ENVIRONMENT, PATIENCE_SECONDS, hashed

LOGIN, PASSWORD = "ann@example.com", "ann's"
# Attempts on a process, each with what came of it: `done`, or the name of the error.
ATTEMPTS = """
import ctypes, errno, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = libc.process_vm_readv.restype = libc.syscall.restype = ctypes.c_long
pid = int(sys.argv[1])
def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result
def trace():
    checked(libc.ptrace(16, pid, None, None))
    os.waitpid(pid, 0x40000000)
    checked(libc.ptrace(17, pid, None, None))
def read(name):
    with open(f"/proc/{pid}/{name}", "rb") as file:
        file.read(1)
def peek():
    class Vector(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
    local = ctypes.create_string_buffer(8)
    here, there = Vector(ctypes.addressof(local), 8), Vector(8, 8)
    checked(libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0))
def take():
    checked(libc.syscall(438, os.pidfd_open(pid), 0, 0))
for name, attempt in [
    ("ptrace", trace), ("process_vm_readv", peek), ("pidfd_getfd", take),
    ("mem", lambda: open(f"/proc/{pid}/mem", "rb")), ("environ", lambda: read("environ")), ("maps", lambda: read("maps")), ("fd", lambda: os.listdir(f"/proc/{pid}/fd")),
]:
    try:
        attempt()
        print(name, "done")
    except OSError as error:
        print(name, errno.errorcode[error.errno])
"""
# A process that hides nothing, and lets everybody of its user trace it, whatever kernel.yama.ptrace_scope says.
OPEN_PROCESS = """
import ctypes, signal
ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)
print("ready", flush=True)
signal.pause()
"""


class OwnUser(ConditionedTestCase):
    def attempts(self, pid):
        """What comes of the attempts of a process of the daemon's user."""
        done = subprocess.run(
            [*running_as(DAEMON_USER), sys.executable, "-S", "-E", "-c", ATTEMPTS, str(pid)],
            capture_output=True, text=True, cwd="/", timeout=PATIENCE_SECONDS)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return dict(line.split() for line in done.stdout.splitlines())

    def open_process(self):
        process = subprocess.Popen(
            [*running_as(DAEMON_USER), sys.executable, "-S", "-E", "-c", OPEN_PROCESS],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, PATIENCE_SECONDS)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return process

    def start(self):
        daemon = self.make_daemon({}, {LOGIN: hashed(PASSWORD, 1000)}).as_user(DAEMON_USER).start()
        self.assertTrue(daemon.call("session.signIn", email=LOGIN, password=PASSWORD)["signedIn"])
        return daemon

    def test_it_cannot_be_traced_and_its_memory_cannot_be_read(self):
        daemon = self.start()
        self.assertEqual(self.attempts(daemon.process.pid), {
            "ptrace": "EPERM", "process_vm_readv": "EPERM", "pidfd_getfd": "EPERM", "mem": "EACCES",
            "environ": "EACCES", "maps": "EACCES", "fd": "EACCES",
        })
        self.assertTrue(daemon.call("session.status")["signedIn"])
        # Nobody forbids it where the process does not: these attempts get through to one that hides nothing.
        found = self.attempts(self.open_process().pid)
        self.assertEqual(found.pop("process_vm_readv"), "EFAULT")
        self.assertEqual(set(found.values()), {"done"}, found)

    def test_it_starts_no_process(self):
        daemon = self.start()
        tasks = pathlib.Path(f"/proc/{daemon.process.pid}/task")
        self.assertEqual({(task / "children").read_text() for task in tasks.iterdir()}, {""})

    def test_what_everybody_can_read_of_it_names_its_files_and_no_more(self):
        daemon = self.start()
        command = pathlib.Path(f"/proc/{daemon.process.pid}/cmdline").read_text().split("\0")
        self.assertEqual(command[-1], "")
        self.assertEqual(
            [word for word in command[1:-1] if not word.startswith(("--", str(daemon.folder)))], [])
        environment = pathlib.Path(f"/proc/{daemon.process.pid}/environ").read_bytes().split(b"\0")
        names = {entry.split(b"=")[0] for entry in environment if entry}
        self.assertLessEqual(names, {name.encode() for name in [*ENVIRONMENT, "NOTIFY_SOCKET"]})
        self.assertEqual(os.stat(f"/proc/{daemon.process.pid}/mem").st_uid, 0)


class Root(ConditionedTestCase):
    def test_with_the_local_authority_it_has_loaded_no_library_for_a_network(self):
        daemon = self.make_daemon().start()
        daemon.call("session.retrieveToken")
        maps = pathlib.Path(f"/proc/{daemon.process.pid}/maps").read_text()
        self.assertIn("libsystemd.so", maps)
        self.assertNotIn("libcurl", maps)


if __name__ == "__main__":
    unittest.main()
