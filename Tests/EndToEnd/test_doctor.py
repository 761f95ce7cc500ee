# SPDX-License-Identifier: Apache-2.0
"""sessionctl doctor beside a daemon that was started by hand: what is wrong is named, with what to do."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

from harness import BINARIES, PATIENCE_SECONDS, Daemon, DaemonTestCase
from workspace import CertificateAuthority, TLSFront, WorkspaceTestCase

NOBODY = 65534


class Doctor:
    """A report; `report["socket"]` is what the check of that name has found."""

    def __init__(self, daemon, *arguments, prefix=(), binary=BINARIES / "sessionctl"):
        self.run = subprocess.run(
            [*prefix, binary, "--socket", daemon.socket_path, "doctor", "--json", *arguments],
            capture_output=True, timeout=PATIENCE_SECONDS, env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")})
        assert self.run.stderr == b"", self.run.stderr
        report = json.loads(self.run.stdout)
        self.status, self.is_ok = self.run.returncode, report["ok"]
        self.checks = {check["name"]: check for check in report["checks"]}

    def __getitem__(self, name):
        return self.checks[name]

    @property
    def problems(self):
        return {name for name, check in self.checks.items() if check["result"] == "problem"}


class StandAlone(DaemonTestCase):
    def test_a_daemon_that_is_well_has_no_problem(self):
        report = Doctor(self.daemon, "--state-directory", self.daemon.state_path)
        self.assertEqual((report.status, report.is_ok, report.problems), (0, True, set()), report.checks)
        for name in ("groups", "socket", "daemon", "versions", "configuration", "configuredFiles", "disk", "authority"):
            self.assertEqual(report[name]["result"], "ok", report[name])
        self.assertEqual(report["configuration"]["found"], str(self.daemon.config_path))
        self.assertIn(str(self.daemon.state_path), report["disk"]["found"])

    def test_a_socket_for_everybody_is_a_warning(self):
        self.daemon.socket_path.chmod(0o666)
        report = Doctor(self.daemon)
        self.assertEqual(report["socket"]["result"], "warning")
        self.assertEqual(report["socket"]["hint"], f"chmod o= {self.daemon.socket_path}")

    @unittest.skipUnless(os.geteuid() == 0, "another user is needed")
    def test_somebody_else_is_told_who_may_connect(self):
        # A copy in a folder that everybody may enter.
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sd-doctor-"))
        self.addCleanup(shutil.rmtree, folder)
        folder.chmod(0o755)
        binary = shutil.copy(BINARIES / "sessionctl", folder)
        self.daemon.folder.chmod(0o755)
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
        report = Doctor(self.daemon, prefix=prefix, binary=binary)
        self.assertEqual((report.status, report.is_ok, report.problems), (3, False, {"groups"}), report.checks)
        self.assertEqual(report["groups"]["hint"], "run it as root")
        self.assertEqual(report["daemon"]["result"], "skipped")

    def test_a_socket_that_was_left_behind_is_answered_by_nobody(self):
        self.daemon.kill()
        self.assertTrue(stat.S_ISSOCK(self.daemon.socket_path.stat().st_mode))
        report = Doctor(self.daemon)
        self.assertEqual((report.status, report.problems), (3, {"daemon"}), report.checks)
        self.assertIn("nobody listens", report["daemon"]["found"])
        self.assertEqual(report["daemon"]["hint"], f"start it: sessiond --socket {self.daemon.socket_path}")

    def test_a_file_that_came_later_needs_a_reload(self):
        folder = pathlib.Path(f"{self.daemon.config_path}.d")
        folder.mkdir()
        (folder / "later.conf").write_text("[Limits]\nConnections=10\n")
        report = Doctor(self.daemon)
        self.assertEqual(report["configuration"]["result"], "warning", report["configuration"])
        self.assertIn(str(folder / "later.conf"), report["configuration"]["found"])
        self.assertEqual(report["configuration"]["hint"], "sessionctl reload")

    def test_a_state_folder_that_others_can_read_is_a_problem(self):
        self.daemon.state_path.chmod(0o755)
        report = Doctor(self.daemon, "--state-directory", self.daemon.state_path)
        self.assertEqual((report.status, report.problems), (3, {"disk"}), report.checks)
        self.assertEqual(report["disk"]["hint"], f"chmod 0700 {self.daemon.state_path}")


class Unusable(unittest.TestCase):
    def test_a_configuration_that_cannot_be_used_is_named_with_file_and_line(self):
        daemon = Daemon({"Store": {"Seal": "perhaps"}})
        self.addCleanup(daemon.remove)
        daemon.start()
        report = Doctor(daemon)
        self.assertEqual((report.status, report.problems), (3, {"configuration"}), report.checks)
        self.assertRegex(report["configuration"]["found"], rf"{daemon.config_path}:\d+: Seal=: ")
        self.assertIn("sessionctl config check", report["configuration"]["hint"])
        self.assertEqual(report["daemon"]["result"], "ok")


class Authority(WorkspaceTestCase):
    def start_behind(self, expired):
        """A daemon whose authority has a certificate of the test's own CA."""
        emulator = self.start_emulator()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sd-doctor-"))
        self.addCleanup(shutil.rmtree, folder)
        authority = CertificateAuthority(folder)
        front = TLSFront(emulator, [authority.issue("server", "DNS:localhost", expired=expired)])
        self.addCleanup(front.remove)
        front.start()
        return self.start_synerise(emulator, BaseURL=front.url(), CAFile=authority.path)

    def test_an_authority_that_is_well_is_asked_as_the_daemon_asks(self):
        daemon = self.start_behind(expired=False)
        daemon.call("session.retrieveToken")
        report = Doctor(daemon)
        self.assertEqual((report.status, report.problems), (0, set()), report.checks)
        self.assertRegex(report["tls"]["found"], r"^https://localhost:\d+ answers \(HTTP \d+\) within \d+ ms$")
        for name in ("dns", "tls", "authority", "configuredFiles"):
            self.assertEqual(report[name]["result"], "ok", report[name])

    def test_a_certificate_that_has_expired_is_named(self):
        daemon = self.start_behind(expired=True)
        # Waits for the first attempt.
        self.assert_refused("tokenUnavailable", daemon.call, "session.retrieveToken")
        report = Doctor(daemon)
        self.assertEqual((report.status, report.problems), (3, {"tls", "authority"}), report.checks)
        for name in ("tls", "authority"):
            self.assertIn("the certificate has expired", report[name]["found"])
        self.assertIn("renew the server's certificate", report["tls"]["hint"])
        # health says the same.
        self.assertIn(b"the certificate has expired", daemon.sessionctl("health").stdout)


if __name__ == "__main__":
    unittest.main()
