# SPDX-License-Identifier: Apache-2.0
"""Each method for each kind of caller, called by processes with those credentials: the table is matrix.py."""

import os
import socket
import subprocess
import sys
import unittest

import matrix
from conditions import (
    ADMIN_GROUP, ADMIN_USER, APP_USER, DAEMON_USER, OTHER_USER, RULED_USER, SESSION_GROUP, ConditionedTestCase,
    name_accounts, running_as,
)
from harness import PATIENCE_SECONDS, hashed

# User, group, further groups.
CREDENTIALS = {
    "root": (0, 0, ()),
    "admin": (ADMIN_USER, ADMIN_USER, (SESSION_GROUP, ADMIN_GROUP)),
    "group": (APP_USER, APP_USER, (SESSION_GROUP,)),
    "rule": (RULED_USER, RULED_USER, ()),
    # Whoever comes by that socket, even with all groups.
    "observer": (ADMIN_USER, ADMIN_USER, (SESSION_GROUP, ADMIN_GROUP)),
    "outsider": (OTHER_USER, OTHER_USER, ()),
    "daemon": (DAEMON_USER, DAEMON_USER, ()),
}


def setUpModule():
    name_accounts()


class Matrix(ConditionedTestCase):
    def test_the_table_has_every_method_and_every_caller(self):
        self.assertEqual(sorted(method for method, *_ in matrix.TABLE), sorted(matrix.methods()))
        for method, _, _, marks in matrix.TABLE:
            self.assertEqual(len(marks.split()), len(matrix.CALLERS), method)
        self.assertEqual(set(CREDENTIALS), set(matrix.CALLERS))

    def test_each_method_for_each_caller(self):
        for caller in matrix.CALLERS:
            with self.subTest(caller):
                daemon = self.start()
                before = matrix.customer(self.status(daemon))
                self.assertEqual(self.ask(daemon, caller), matrix.expected(caller))
                after = matrix.customer(self.status(daemon))
                if matrix.expected(caller)["session.destroy"] == matrix.DENIED:
                    self.assertEqual(after, before)
                else:
                    self.assertNotEqual(after, before)
                daemon.kill()

    def test_who_cannot_connect_can_call_nothing(self):
        daemon = self.start()
        os.chmod(daemon.folder / "client", 0o600)
        self.assertEqual(self.ask(daemon, "outsider"), matrix.without_connection())

    def start(self):
        """A daemon of a user of its own, with a socket for apps and one for observers, both open to everybody."""
        daemon = self.make_daemon({}, {matrix.LOGIN: hashed(matrix.PASSWORD, 1000)}, own_socket=False)
        with open(daemon.config_path, "a") as file:
            file.write(f"[Access]\nAllow={matrix.RULE} user:{RULED_USER}\n")
        names = ["client", "observer"]
        passing = daemon.passing([self.listen(daemon, name) for name in names], names).wrapper
        daemon.wrapper = passing + daemon.as_user(DAEMON_USER).wrapper
        daemon.folder.chmod(0o711)
        return daemon.start()

    def listen(self, daemon, name):
        listener = self.close_later(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        listener.bind(str(daemon.folder / name))
        os.chmod(daemon.folder / name, 0o666)
        listener.listen(64)
        return listener

    def status(self, daemon):
        daemon.socket_path = daemon.folder / "client"
        return daemon.call("session.status")

    def ask(self, daemon, caller):
        """What a process with the caller's credentials gets: the outcome of each method."""
        path = daemon.folder / ("observer" if caller == "observer" else "client")
        done = subprocess.run(
            [*running_as(*CREDENTIALS[caller]), sys.executable, "-S", "-E", "-c", matrix.ASK, path],
            input=matrix.REQUESTS, capture_output=True, text=True, cwd="/", timeout=PATIENCE_SECONDS)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return matrix.found(done.stdout)


if __name__ == "__main__":
    unittest.main()
