# SPDX-License-Identifier: Apache-2.0
"""Rules for users of a directory service that is late, down or hangs: a real module of nsswitch.conf(5), on the installed
device.

NAMES_SECONDS="30 60" also lets it answer after so many seconds, and shows what the journal and doctor say meanwhile.
"""

import json
import os
import subprocess
import tempfile
import unittest

import directory
from machine import APP, SERVICE, SystemTestCase

ANSWERS = "/srv/slow-names"
REMOTE = "remote-till"
UNAVAILABLE, FOUND = "bedf25dc511042ac9a654b869cd8108e", "c2703471fbef41919cc4293f9aa0a772"
LATE = "there was no answer within 5 s"
# Directories that answer after so long; of the module's own accord, so that the test waits as long as people do.
SECONDS = os.environ.get("NAMES_SECONDS", "").split()


class Names(SystemTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box.do("mkdir", "-p", ANSWERS)
        cls.addClassCleanup(cls.box.do, "rm", "-rf", ANSWERS)
        place = subprocess.run(["gcc", "-print-multiarch"], check=True, capture_output=True, text=True).stdout.strip()
        with tempfile.TemporaryDirectory() as folder:
            cls.box.copy(directory.build(folder, ANSWERS), f"/usr/lib/{place}/")
        cls.addClassCleanup(cls.box.do, "rm", f"/usr/lib/{place}/{directory.LIBRARY}")
        before = cls.box.read("/etc/nsswitch.conf")
        cls.addClassCleanup(cls.box.write, "/etc/nsswitch.conf", before)
        cls.box.write("/etc/nsswitch.conf", directory.NSSWITCH)
        cls.uid = int(cls.box.do("id", "-u", APP))

    def setUp(self):
        super().setUp()
        self.box.shell('rm -rf "$1"/* "$1"/.[!.]*', ANSWERS)
        self.directory = directory.Directory(self.box.folder_outside(ANSWERS))
        self.configure(f"[Access]\nAllow=\nAllow=identity.read,token.read user:{REMOTE}\n")
        self.place = "/etc/sessiond/sessiond.conf.d/50-test.conf:3"

    def problems(self):
        return self.call("daemon.health", user=None)["problems"]

    def doctor(self):
        checks = json.loads(self.sessionctl("doctor", "--json", user=None).stdout)["checks"]
        return next(check for check in checks if check["name"] == "accessNames")

    def assert_said_everywhere(self, *texts):
        """Fails unless journal, health, doctor and access explain name what cannot be looked up, with these texts."""
        entry = self.box.wait_for_entry(self.since, MESSAGE_ID=UNAVAILABLE)
        said = [entry["MESSAGE"], *(problem["hint"] for problem in self.problems()), self.doctor()["found"]]
        self.assertEqual(len(said), 3)
        for text in (f"the user {REMOTE} ({self.place}) could not be asked: ", *texts):
            for each in said:
                self.assertIn(text, each)
        run = self.sessionctl("access", "explain", user=None)
        self.assertIn(f"{self.place}: the user {REMOTE} could not be asked: ", run.stderr)

    def assert_over(self):
        self.box.wait_for_entry(self.since, MESSAGE_ID=FOUND)
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.doctor()["result"], "ok", self.doctor())
        for event in (UNAVAILABLE, FOUND):
            self.assertEqual(len(self.box.entries(self.since, MESSAGE_ID=event)), 1)

    def known(self):
        """An app that watches by a rule whose name is known."""
        self.directory.answer(REMOTE, f"found {self.uid}")
        watcher = self.client()
        watcher.call("session.watch")
        return watcher

    def assert_watching(self, watcher):
        """Fails unless the app is told what happens, and may still read."""
        self.call("session.regenerateUUID", user=None)
        while (kind := watcher.read()["params"]["kind"]) != "uuidChanged":
            self.assertNotEqual(kind, "revoked")
        self.call("session.getUUID")

    def test_a_start_while_the_directory_hangs(self):
        self.directory.hang(REMOTE)
        client = self.client()
        self.assertTrue(self.call("daemon.health", user=None)["ready"])
        self.assert_refused("permissionDenied", client.call, "session.getUUID")
        self.directory.await_asked(REMOTE)
        self.assert_said_everywhere(LATE, "until it can, it gives nobody anything")
        self.directory.release(REMOTE, f"found {self.uid}")
        self.assert_over()
        self.assertIn("token", client.call("session.retrieveToken"))

    def test_a_reload_while_the_directory_hangs(self):
        watcher = self.known()
        self.directory.hang(REMOTE)
        self.box.systemctl("reload", SERVICE)
        self.assert_said_everywhere(LATE, f"until it can, it keeps the id {self.uid}")
        self.assert_watching(watcher)
        self.directory.release(REMOTE, f"found {self.uid}")
        self.assert_over()
        self.assert_watching(watcher)

    def test_a_directory_that_is_down(self):
        watcher = self.known()
        self.directory.answer(REMOTE, "error 111")
        self.box.systemctl("reload", SERVICE)
        self.assert_said_everywhere("Connection refused", f"until it can, it keeps the id {self.uid}")
        self.assert_watching(watcher)
        # Nobody knows the id any more.
        self.box.systemctl("restart", SERVICE)
        client = self.client()
        error = self.assert_refused("permissionDenied", client.call, "session.getUUID")
        self.assertIn(f"the user {REMOTE} may have it, and cannot be looked up now", error.data["hint"])
        self.directory.answer(REMOTE, f"found {self.uid}")
        self.box.wait_for_entry(self.since, MESSAGE_ID=FOUND)
        client.call("session.getUUID")

    def test_the_unit_waits_for_directories_that_say_when_they_are_there(self):
        self.assertIn("nss-user-lookup.target", self.box.property(SERVICE, "After").split())

    def test_a_directory_that_answers_after_a_while(self):
        for seconds in SECONDS:
            for moment in ("start", "reload"):
                with self.subTest(seconds=seconds, moment=moment):
                    self.setUp()
                    watcher = self.known() if moment == "reload" else None
                    self.directory.answer(REMOTE, f"after {seconds} found {self.uid}")
                    if moment == "reload":
                        self.box.systemctl("reload", SERVICE)
                    self.call("daemon.health", user=None)
                    self.box.wait_for_entry(self.since, MESSAGE_ID=UNAVAILABLE)
                    print(f"--- answers after {seconds} s, at a {moment}:\n{json.dumps(self.doctor(), indent=1)}")
                    with self.box.following(self.since, MESSAGE_ID=FOUND) as output:
                        output.wait_for("MESSAGE")
                    print(self.box.do("journalctl", "--no-pager", "--output=short-precise", f"--after-cursor={self.since}",
                                      f"--unit={SERVICE}"))
                    print(json.dumps(self.doctor()))
                    if watcher:
                        self.assert_watching(watcher)
                    self.call("session.getUUID")


if __name__ == "__main__":
    unittest.main()
