# SPDX-License-Identifier: Apache-2.0
"""A socket that takes calls for a service that does not come up: who calls is told so, and not left waiting."""

import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

from conditions import mounted, own_mounts
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, Client

SYSTEMCTL = "/usr/bin/systemctl"
# What `systemctl show` prints of them.
UNITS = """\
Id=sessiond.socket
LoadState=loaded
ActiveState=active
SubState=running
Listen={socket} (Stream)

Id=sessiond.service
LoadState=loaded
{service}
"""
FAILING = "ActiveState=activating\nSubState=auto-restart\nResult=exit-code\nNRestarts=71\nExecMainStatus=243"
RUNNING = "ActiveState=active\nSubState=running\nResult=success\nNRestarts=71\nExecMainStatus=0"


def setUpModule():
    """Puts a systemctl that a test writes in the place of the machine's, in a system that systemd has booted."""
    own_mounts()
    unittest.enterModuleContext(mounted("-t", "tmpfs", "tmpfs", "/run"))
    pathlib.Path("/run/systemd/system").mkdir(parents=True)


class ServiceDown(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-", dir="/tmp")))
        self.socket_path = self.folder / "s"
        # systemd's: it takes connections, and nobody accepts them.
        self.listener = self.enterContext(contextlib.closing(socket.socket(socket.AF_UNIX)))
        self.listener.bind(str(self.socket_path))
        self.listener.listen(64)
        self.shown = self.folder / "shown"
        self.program = self.folder / "systemctl"
        self.program.write_text(f"#!/bin/sh\nexec /bin/cat {self.shown}\n")
        self.program.chmod(0o755)
        self.enterContext(mounted("--bind", self.program, SYSTEMCTL))
        self.stand(FAILING)

    def stand(self, service):
        self.shown.write_text(UNITS.format(socket=self.socket_path, service=service))

    def begin(self, *arguments):
        return subprocess.Popen(
            [BINARIES / "sessionctl", "--socket", self.socket_path, *arguments], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)

    def end(self, process):
        output, errors = process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode, output, errors

    def test_who_calls_hears_what_systemd_says_and_where_to_look(self):
        status, output, errors = self.end(self.begin("status"))
        self.assertEqual((status, output), (69, ""))
        self.assertEqual(errors.splitlines(), [
            "error: sessiond does not answer session.status: sessiond.service does not come up "
            "(exit-code, 243/CREDENTIALS, started again 71 times)",
            "hint: systemctl status sessiond; journalctl -b -u sessiond.service; see its credentials in systemctl cat "
            "sessiond.service: their files are there, and encrypted with --name= of the credential, systemd-creds(1)"])
        self.assertNotIn("more time", errors)

    def test_a_change_may_still_be_carried_out(self):
        status, _, errors = self.end(self.begin("sign-out"))
        self.assertEqual(status, 69)
        self.assertIn("(exit-code, 243/CREDENTIALS, started again 71 times); once it runs, it may still be", errors)

    def test_a_service_that_runs_is_waited_for(self):
        self.stand(RUNNING)
        asked = self.folder / "asked"
        os.mkfifo(asked)
        self.program.write_text(f"#!/bin/sh\necho asked > {asked}\nexec /bin/cat {self.shown}\n")
        process = self.begin("uuid")
        connection = Client.over(self.listener.accept()[0])
        self.addCleanup(connection.close)
        request = connection.read()
        # Twice: what was heard the first time was no reason to end.
        for _ in range(2):
            self.assertEqual(asked.read_text(), "asked\n")
        connection.send({"jsonrpc": "2.0", "id": request["id"], "result": {
            "uuid": "345d4c8f-5aff-591d-a19c-1ca48923d9ee"}})
        self.assertEqual(self.end(process), (0, "345d4c8f-5aff-591d-a19c-1ca48923d9ee\n", ""))

    def test_who_waits_for_it_to_be_ready_goes_on_waiting_and_hears_why_in_the_end(self):
        status, _, errors = self.end(self.begin("wait", "--for=ready", "--timeout", "4"))
        self.assertEqual(status, 69)
        self.assertIn("sessiond.service does not come up", errors)

    def test_who_follows_hears_that_there_is_no_answer(self):
        status, _, errors = self.end(self.begin("watch", "--timeout", "20"))
        self.assertEqual(status, 124)
        self.assertIn("sessiond did not answer session.watch within 5 s", errors)
        self.assertIn("systemctl status sessiond", errors)


if __name__ == "__main__":
    unittest.main()
