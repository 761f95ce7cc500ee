# SPDX-License-Identifier: Apache-2.0
"""`sessionctl exec`: what the command finds, and that the token is nowhere else."""

import fcntl
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from harness import BINARIES, PATIENCE_SECONDS, DaemonTestCase

# Says what it finds, then stays until its standard input ends.
WITNESS = """
import fcntl, json, os, sys
number = int(os.environ["SESSIOND_TOKEN_FD"])
print(json.dumps({
    "token": os.read(number, 65536).decode(), "seals": fcntl.fcntl(number, fcntl.F_GET_SEALS),
    "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")),
    "number": number, "uuid": os.environ["SESSIOND_UUID"], "expiresAt": os.environ["SESSIOND_EXPIRES_AT"],
    "link": os.readlink(f"/proc/self/fd/{number}"),
}), flush=True)
sys.stdin.read()
"""
ALL_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


def readable_by_name():
    """What everybody, or the same user, can read of each process without being told where: {path: bytes}."""
    found = {}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        for name in ("environ", "cmdline", "comm"):
            try:
                found[process / name] = (process / name).read_bytes()
            except OSError:
                continue
    return found


class Execution(DaemonTestCase):
    def start(self, *arguments, options=(), **settings):
        """Starts a command by `exec`."""
        process = subprocess.Popen(
            [BINARIES / "sessionctl", "--socket", self.daemon.socket_path, "exec", *options, "--", *arguments],
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings})
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def end(self, process):
        output, errors = process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode, output, errors

    def run_shell(self, script, options=(), **settings):
        """What a shell script by `exec` prints."""
        status, output, errors = self.end(self.start("sh", "-c", script, options=options, **settings))
        self.assertEqual((status, errors), (0, b""))
        return output.decode()

    def test_the_command_reads_the_token_from_a_sealed_descriptor_and_inherits_no_other(self):
        process = self.start(sys.executable, "-c", WITNESS)
        seen = json.loads(process.stdout.readline())
        expected = self.client.call("session.retrieveToken")
        self.assertEqual(seen["token"], expected["token"])
        self.assertEqual((seen["uuid"], seen["expiresAt"]), (expected["uuid"], expected["expiresAt"]))
        self.assertEqual(seen["seals"] & ALL_SEALS, ALL_SEALS)
        self.assertEqual((seen["descriptors"], seen["number"]), ([0, 1, 2, 3], 3))
        self.assertTrue(seen["link"].startswith("/memfd:sessiond-token"), seen["link"])
        self.assertEqual(self.end(process), (0, b"", b""))

    def test_the_token_is_in_no_environment_and_no_argument_of_any_process_while_it_runs(self):
        process = self.start(sys.executable, "-c", WITNESS)
        token = json.loads(process.stdout.readline())["token"].encode()
        seen = readable_by_name()
        self.assertIn(b"SESSIOND_TOKEN_FD=", seen[pathlib.Path("/proc", str(process.pid), "environ")])
        self.assertEqual([str(path) for path, text in seen.items() if token in text], [])

    def test_the_token_is_where_it_is_looked_for_when_it_is_asked_for_there(self):
        # So the test above would have seen it.
        process = self.start("sh", "-c", "echo; read line", options=["--env"])
        process.stdout.readline()
        token = self.client.call("session.retrieveToken")["token"].encode()
        seen = readable_by_name()
        self.assertIn(
            b"SESSIOND_TOKEN=" + token, seen[pathlib.Path("/proc", str(process.pid), "environ")].split(b"\0"))
        self.assertNotIn(b"SESSIOND_TOKEN_FD", seen[pathlib.Path("/proc", str(process.pid), "environ")])

    def test_the_descriptor_is_read_as_often_as_it_is_opened(self):
        token = self.client.call("session.retrieveToken")["token"]
        path = "/dev/fd/$SESSIOND_TOKEN_FD"
        self.assertEqual(self.run_shell(f"cat {path} {path}"), token * 2)

    def test_what_the_command_starts_inherits_nothing_once_the_command_has_closed_it(self):
        closed = self.run_shell("exec 3<&-; ls -l /proc/self/fd")
        self.assertNotIn("sessiond-token", closed)
        self.assertIn("sessiond-token", self.run_shell("ls -l /proc/self/fd"))

    def test_what_an_execution_around_it_left_in_the_environment_is_gone(self):
        environment = {
            **os.environ, "SESSIOND_TOKEN": "outer", "SESSIOND_TOKEN_FD": "77", "SESSIOND_UUID": "outer"}
        inside = self.run_shell("env", env=environment)
        self.assertNotIn("outer", inside)
        self.assertNotIn("SESSIOND_TOKEN_FD=77", inside)
        self.assertNotIn("SESSIOND_TOKEN_FD", self.run_shell("env", options=["--env"], env=environment))

    def test_the_exit_status_is_the_commands(self):
        for script, status in [("exit 0", 0), ("exit 3", 3), ("exit 255", 255), ("kill -9 $$", -signal.SIGKILL)]:
            with self.subTest(script):
                self.assertEqual(self.end(self.start("sh", "-c", script)), (status, b"", b""))

    def test_a_command_that_is_not_there_is_127_and_one_that_cannot_be_executed_126(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        (folder / "plain").write_text("#!/bin/sh\n")
        missing, plain = folder / "missing", folder / "plain"
        self.assertEqual(
            self.end(self.start(missing)),
            (127, b"", f"error: cannot execute {missing}: No such file or directory\n".encode()))
        self.assertEqual(
            self.end(self.start(plain)), (126, b"", f"error: cannot execute {plain}: Permission denied\n".encode()))
        status, _, errors = self.end(self.start("no-such-command-anywhere", options=["--json"]))
        self.assertEqual((status, json.loads(errors)["data"]["name"]), (127, "commandNotFound"))

    def test_arguments_arrive_byte_for_byte(self):
        arguments = [b"\xff\xfe", b"", b"--json", b"--", b"a b\n"]
        _, output, _ = self.end(self.start(b"printf", b"%s|", *arguments))
        self.assertEqual(output, b"|".join(arguments) + b"|")

    def test_a_pipe_that_nobody_reads_ends_the_command_as_without_it(self):
        reading, writing = os.pipe()
        os.close(reading)
        process = self.start("sh", "-c", "echo x; kill -9 $$", stdout=writing)
        os.close(writing)
        self.assertEqual(process.wait(timeout=PATIENCE_SECONDS), -signal.SIGPIPE)

    def test_without_such_a_token_nothing_is_run(self):
        ran = self.daemon.folder / "ran"
        status, _, errors = self.end(self.start("touch", ran, options=["--require-signed-in"]))
        self.assertEqual((status, errors), (1, b"error: nobody is signed in\n"))
        self.assertFalse(ran.exists())


if __name__ == "__main__":
    unittest.main()
