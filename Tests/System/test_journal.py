# SPDX-License-Identifier: Apache-2.0
"""The daemon's entries in the journal: found by field, explained by the catalog, and never waited for.

JOURNAL_STOPPED_SECONDS says for how long journald stands still in the test that stops it.
"""

import os
import re
import threading
import time
import unittest

from harness import lasting
from machine import APP, LOGIN, OUTSIDER, PASSWORD, SERVICE, SOCKET, SystemTestCase

STOPPED_SECONDS = float(os.environ.get("JOURNAL_STOPPED_SECONDS", "5"))
LINES_LOST = "328072381091471a8a26a2d1733e3c57"
# Changes something, and is still there when that is written down.
CALL_AND_STAY = """
import signal, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
connection.sendall(b'{"jsonrpc":"2.0","id":1,"method":"session.destroy"}\\n')
signal.pause()
"""
# What journald takes while it stands still, seen: the queue of its socket.
ALL_THAT_FIT = 1000


class Fields(SystemTestCase):
    def test_calls_are_found_by_method_user_and_outcome(self):
        self.signed_in()
        self.assert_refused("alreadySignedIn", self.sign_in)
        uid = self.box.do("id", "--user", APP).strip()
        fields = {"_SYSTEMD_UNIT": SERVICE, "SESSION_METHOD": "session.signIn", "PEER_UID": uid}
        self.box.wait_for_entry(self.since, **fields, OUTCOME="alreadySignedIn")
        entries = self.box.entries(self.since, **fields)
        self.assertEqual([entry["OUTCOME"] for entry in entries], ["ok", "alreadySignedIn"])
        for entry in entries:
            self.assertRegex(entry["PEER_PID"], r"^\d+$")
            self.assertEqual(entry["PEER_GID"], self.box.do("id", "--group", APP).strip())
            self.assertNotIn(LOGIN, str(entry))
            self.assertNotIn(PASSWORD, str(entry))

    def test_the_unit_of_the_caller_is_named_where_it_is_to_be_seen(self):
        # The drop-in for systemd 257 hides control groups too.
        visible = "[Service]\nProtectProc=default\nProtectControlGroups=yes\n"
        for relaxed, wanted in [("", None), (visible, "till-app.service")]:
            with self.subTest(relaxed):
                self.drop_in(SERVICE, relaxed)
                self.box.systemctl("restart", SERVICE)
                since = self.box.cursor()
                self.box.do(
                    "systemd-run", "--unit=till-app", f"--uid={APP}", "python3", "-c", CALL_AND_STAY, SOCKET)
                try:
                    entry = self.box.wait_for_entry(since, SESSION_METHOD="session.destroy")
                finally:
                    self.box.systemctl("stop", "till-app")
                self.assertEqual((entry["OUTCOME"], entry.get("PEER_UNIT")), ("ok", wanted))

    def test_every_kind_of_entry_is_explained(self):
        self.signed_in()
        self.call("session.retrieveToken")
        self.call("session.setIdentity", customEmail="label")
        self.call("session.refreshToken")
        self.assert_refused("permissionDenied", self.call, "daemon.metrics")
        self.call("session.signOut")
        self.call("session.destroy")
        self.box.write("/etc/sessiond/sessiond.conf.d/60-mistake.conf", "[Session]\nIdleTimeoutSec=soon\n")
        self.box.systemctl("restart", SERVICE)
        self.assert_refused("notConfigured", self.call, "session.status")
        self.box.systemctl("stop", SERVICE)
        entries = self.box.entries(self.since, _COMM="sessiond")
        identifiers = {entry.get("MESSAGE_ID") for entry in entries}
        # Every entry is of a kind; those that lead here are at least these many.
        self.assertNotIn(None, identifiers, [entry["MESSAGE"] for entry in entries if "MESSAGE_ID" not in entry])
        self.assertGreaterEqual(len(identifiers), 9)
        for identifier in identifiers:
            explained = self.box.do("journalctl", "--dump-catalog", identifier)
            self.assertRegex(explained, r"(?s)Subject: .+\n\n.+", identifier)
        shown = self.box.do("journalctl", "--catalog", "--quiet", f"--cursor={self.since}", f"--unit={SERVICE}")
        self.assertGreaterEqual(shown.count(" Subject: "), len(entries))


class Stopped(SystemTestCase):
    def test_nobody_waits_for_a_journal_that_takes_nothing(self):
        self.with_accounts()
        self.call("session.getUUID")
        numbers = iter(range(1 << 30))
        self.box.systemctl("kill", "--signal=STOP", "systemd-journald.service")
        try:
            began = time.monotonic()
            with self.load("session.setIdentity", lambda status: self.assertRegex(status["customIdentifier"], "^till "),
                           parameters=lambda _: {"customIdentifier": f"till {next(numbers)}"}) as load:
                # Each call is an entry: more than the socket and the daemon's own queue take.
                load.wait_for(ALL_THAT_FIT * 5)
                self.sign_in_and_out(load)
                threading.Event().wait(max(0, STOPPED_SECONDS - (time.monotonic() - began)))
            seconds = time.monotonic() - began
        finally:
            self.box.systemctl("kill", "--signal=CONT", "systemd-journald.service")
        self.assertEqual((load.cut, load.refused.total()), (0, 0), load.refused)
        before = self.call("session.setIdentity", customIdentifier="till 4")
        lost = int(re.match(r"(\d+) log message", self.box.wait_for_entry(self.since, MESSAGE_ID=LINES_LOST)["MESSAGE"])[1])
        print(f"{load.answered} changes in {seconds:.0f} s with journald stopped, {load.answered / seconds:.0f}/s; {lost} lost")
        self.assertGreater(lost, 0)
        # Nothing of what was answered meanwhile is lost.
        self.box.systemctl("kill", "--signal=KILL", SERVICE)
        self.assertEqual(lasting(self.call("session.status")), lasting(before))

    def sign_in_and_out(self, load):
        """What else an app does, on threads that only then begin."""
        for _ in range(3):
            self.sign_in()
            self.assertTrue(self.call("session.signOut")["changed"])
        load.wait_for(1)


if __name__ == "__main__":
    unittest.main()
