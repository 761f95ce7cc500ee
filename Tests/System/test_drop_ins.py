# SPDX-License-Identifier: Apache-2.0
"""Lines of the units for newer versions of systemd: known where they are installed, and what they change.

With `SUITE=trixie` the box has a systemd that knows them all; by default it has one that knows none.
"""

import re
import unittest

from box import wait_until
from machine import ADMIN, APP, DROP_INS, SERVICE, SOCKET, SystemTestCase

CONTROL_SOCKET, READY_TARGET = "/run/sessiond/control.sock", "sessiond-ready.target"
# Ends well where a socket is answered on; that of no folder begins with @.
ASK = """
import socket, sys
with socket.socket(socket.AF_UNIX) as client:
    client.connect(sys.argv[1].replace("@", "\\0"))
    client.sendall(b'{"jsonrpc":"2.0","id":1,"method":"session.getUUID"}\\n')
    assert b'"result"' in client.recv(4096)
"""
# Of the entry that a reload leaves in the journal.
RELOADED = "78f5cc2ce43a49688d825c995c9e5b7b"

API_KEY = "canary-api-key"


class DropIns(SystemTestCase):
    def knows(self, version):
        return self.box.systemd_version() >= version

    def test_they_have_what_earlier_versions_warn_about_and_nothing_else(self):
        folder = f"/etc/systemd/system/{SERVICE}.d"
        for version, path in DROP_INS.items():
            with self.subTest(path.name):
                self.box.write(f"{folder}/{path.name}", path.read_text())
                verified = self.box.run("systemd-analyze", "verify", "--man=no", SERVICE)
                self.box.do("rm", f"{folder}/{path.name}")
                lines = re.findall(r"(?m)^(\w+=\S*)", path.read_text())
                warned = re.findall(rf"{re.escape(path.name)}:\d+: ", verified.stderr)
                self.assertEqual(len(warned), 0 if self.knows(version) else len(lines), verified.stderr)

    def test_what_the_disk_does_not_take_outlives_a_stop(self):
        self.on_tmpfs()
        self.signed_in()
        self.box.systemctl("stop", SERVICE)
        self.remount("ro")
        self.assertIs(self.call("session.signOut")["durable"], False)
        self.box.systemctl("restart", SERVICE)
        self.assertFalse(self.call("session.status")["signedIn"])
        self.box.systemctl("stop", SERVICE)
        self.assertEqual(self.call("session.status")["signedIn"], not self.knows(254))

    def test_a_start_that_keeps_failing_is_told_and_retried(self):
        self.drop_in(SERVICE, "[Service]\nExecStart=\nExecStart=/bin/false\n")
        self.assertNotEqual(self.box.run("systemctl", "start", SERVICE).returncode, 0)
        self.box.shell("rm /run/systemd/system/$1.d/50-test.conf; systemctl daemon-reload", SERVICE)
        wait_until(lambda: self.box.property(SERVICE, "ActiveState") == "active", "the next attempt")

    def test_the_api_key_is_found_where_systemd_looks_for_credentials(self):
        self.configure("[Authority]\nKind=synerise\n[Synerise]\nBaseURL=https://192.0.2.1\n")
        self.box.write("/etc/credstore/synerise.api-key", API_KEY, mode="0600")
        self.addCleanup(self.box.do, "rm", "-r", "/etc/credstore")
        if self.knows(254):
            self.assertEqual(self.call("session.status")["authority"]["kind"], "synerise")
        else:
            self.assert_refused("notConfigured", self.call, "session.status")

    def test_callers_are_still_known_by_their_own_numbers(self):
        client = self.client(APP)
        client.call("session.setIdentity", customEmail="label")
        entry = self.box.wait_for_entry(self.since, SESSION_METHOD="session.setIdentity")
        self.assertEqual(entry["PEER_UID"], self.box.do("id", "--user", APP).strip())
        self.assertGreater(int(entry["PEER_PID"]), 1)


class OtherSockets(SystemTestCase):
    """An administrator's own ListenStream=, which the units themselves must not depend on."""

    def listening_on(self, lines):
        """A device whose sockets are those."""
        # Its file goes with it, which the unit of later knows nothing of.
        self.box.systemctl("stop", "sessiond.socket")
        self.drop_in("sessiond.socket", f"[Socket]\n{lines}")
        self.box.systemctl("start", "sessiond.socket")

    def assert_units_work(self, socket):
        self.box.systemctl("start", READY_TARGET)
        self.box.do("python3", "-c", ASK, socket, user=APP)
        self.configure("[Limits]\nLineSec=20\n")
        self.box.systemctl("reload", SERVICE)
        entry = self.box.wait_for_entry(self.since, MESSAGE_ID=RELOADED)
        self.assertEqual((entry["OUTCOME"], entry["SETTINGS_APPLIED"]), ("ok", "Limits.LineSec"))
        self.configure("[Limits]\nLineSec=soon\n")
        refused = self.box.run("systemctl", "reload", SERVICE)
        self.assertNotEqual(refused.returncode, 0)
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "active")
        self.configure("")
        self.box.systemctl("reload", SERVICE)

    def test_one_in_another_folder(self):
        self.listening_on("ListenStream=\nListenStream=/run/till/session.sock\n")
        self.assertEqual(self.box.run("test", "-e", SOCKET).returncode, 1)
        self.assert_units_work("/run/till/session.sock")

    def test_one_more(self):
        self.listening_on("ListenStream=/run/till/session.sock\n")
        self.assert_units_work("/run/till/session.sock")
        self.assertIn("uuid", self.client(APP).call("session.getUUID"))

    def test_one_that_is_in_no_folder(self):
        self.listening_on("ListenStream=\nListenStream=@till\n")
        self.assert_units_work("@till")

    def test_one_of_another_group(self):
        self.listening_on("SocketGroup=root\nSocketMode=0600\n")
        self.box.systemctl("start", READY_TARGET)
        self.box.systemctl("reload", SERVICE)

    def test_nobody_else_gets_in_by_the_socket_of_the_units(self):
        self.box.systemctl("start", READY_TARGET)
        for user in (APP, ADMIN):
            with self.assertRaisesRegex(ConnectionError, "Permission denied"):
                self.client(user, CONTROL_SOCKET)

    def test_who_stops_the_socket_stops_that_of_the_units(self):
        self.box.systemctl("start", READY_TARGET)
        self.box.systemctl("stop", "sessiond.socket")
        units = ("sessiond-control.socket", "sessiond.socket", SERVICE)
        self.assertEqual({self.box.property(unit, "ActiveState") for unit in units}, {"inactive"})


if __name__ == "__main__":
    unittest.main()
