# SPDX-License-Identifier: Apache-2.0
"""Lines of the units for newer versions of systemd: known where they are installed, and what they change.

With `SUITE=trixie` the box has a systemd that knows them all; by default it has one that knows none.
"""

import re
import unittest

from machine import APP, DROP_INS, SERVICE, SystemTestCase

API_KEY = "canary-api-key"
# A unit that ends when the service does.
BOUND = f"""
[Unit]
BindsTo={SERVICE}
After={SERVICE}
[Service]
ExecStart=/bin/sleep infinity
"""


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

    def test_a_restart_after_a_failure_ends_no_unit_that_is_bound_to_it(self):
        self.box.write("/run/systemd/system/bound.service", BOUND)
        self.addCleanup(self.box.shell, "systemctl stop bound; rm /run/systemd/system/bound.service")
        self.box.systemctl("daemon-reload")
        self.box.systemctl("start", "bound.service")
        before = self.box.main_pid("bound.service")
        self.box.systemctl("kill", "--signal=KILL", SERVICE)
        self.call("session.getUUID")
        self.assertEqual(self.box.main_pid("bound.service"), before if self.knows(254) else 0)

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


if __name__ == "__main__":
    unittest.main()
