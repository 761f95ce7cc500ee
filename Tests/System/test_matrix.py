# SPDX-License-Identifier: Apache-2.0
"""Each method for each kind of caller, under the installed units: the table is Tests/EndToEnd/matrix.py."""

import unittest

import matrix
from harness import hashed
from machine import (
    ACCOUNTS, ADMIN, APP, OBSERVER, OBSERVER_SOCKET, OUTSIDER, RULED, SERVICE, SOCKET, SystemTestCase,
)

# The daemon's own user, who is in no group that may connect, as a member of the apps' one.
CALLERS = {
    "root": None, "admin": ADMIN, "group": APP, "rule": RULED, "observer": OBSERVER, "outsider": OUTSIDER,
    "daemon": "sessiond",
}
# Who is in no group that may connect.
KEPT_OUT = {"rule", "outsider"}


class Matrix(SystemTestCase):
    def setUp(self):
        super().setUp()
        self.box.write(
            ACCOUNTS, f"{matrix.LOGIN}:{hashed(matrix.PASSWORD, 1000)}\n", mode="0640", owner="root:sessiond-daemon")
        self.configure(f"[Local]\nAccountsFile={ACCOUNTS}\n[Access]\nAllow={matrix.RULE} user:{RULED}\n")

    def ask(self, caller):
        """What a process of the caller's gets: the outcome of each method."""
        path = OBSERVER_SOCKET if caller == "observer" else SOCKET
        return matrix.found(
            self.box.do("python3", "-c", matrix.ASK, path, user=CALLERS[caller], input=matrix.REQUESTS))

    def test_each_method_for_each_caller_as_installed(self):
        for caller in matrix.CALLERS:
            with self.subTest(caller):
                wanted = matrix.without_connection() if caller in KEPT_OUT else matrix.expected(caller)
                self.assertEqual(self.ask(caller), wanted)

    def test_each_method_for_each_caller_where_everybody_may_connect(self):
        for unit in ("sessiond.socket", "sessiond-observer.socket"):
            self.drop_in(unit, "[Socket]\nSocketMode=0666\n")
        self.box.systemctl("restart", "sessiond.socket", "sessiond-observer.socket")
        for caller in matrix.CALLERS:
            with self.subTest(caller):
                before = matrix.customer(self.call("session.status"))
                self.assertEqual(self.ask(caller), matrix.expected(caller))
                after = matrix.customer(self.call("session.status"))
                changes = matrix.expected(caller)["session.destroy"] != matrix.DENIED
                self.assertEqual(after != before, changes, after)

    def test_the_other_socket_lets_no_observer_in(self):
        done = self.box.do("python3", "-c", matrix.ASK, SOCKET, user=OBSERVER, input=matrix.REQUESTS)
        self.assertEqual(matrix.found(done), matrix.without_connection())
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "inactive")


if __name__ == "__main__":
    unittest.main()
