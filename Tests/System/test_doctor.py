# SPDX-License-Identifier: Apache-2.0
"""sessionctl doctor on an installed device: nothing to say where all is well, and each fault by name, with its remedy."""

import json
import unittest

from machine import ADMIN, APP, OBSERVER, OBSERVER_SOCKET, OUTSIDER, SERVICE, SOCKET, SystemTestCase


class Doctor(SystemTestCase):
    def examine(self, *arguments, user="root"):
        """The status of a run, and its checks by name."""
        run = self.sessionctl(*arguments, "doctor", "--json", user=None if user == "root" else user)
        self.assertEqual(run.stderr, "")
        report = json.loads(run.stdout)
        self.assertEqual(report["ok"], run.returncode == 0, run.stdout)
        return run.returncode, {check["name"]: check for check in report["checks"]}

    def follow(self, hint):
        """Does what a hint says, which puts it right."""
        self.box.shell(hint)
        status, checks = self.examine()
        self.assertEqual(status, 0, checks)
        return checks

    def assert_found(self, checks, name, result, found, hint):
        """Fails unless a check has that result, and texts that contain these."""
        check = checks[name]
        self.assertEqual(check["result"], result, check)
        self.assertIn(found, check["found"])
        self.assertIn(hint, check["hint"])

    def test_a_device_that_is_well_has_no_problem(self):
        for user in ("root", ADMIN, APP):
            with self.subTest(user):
                status, checks = self.examine(user=user)
                self.assertEqual(status, 0, checks)
                # Nobody sets the clock of a box.
                faults = {name for name, check in checks.items() if check["result"] in ("warning", "problem")}
                self.assertLessEqual(faults, {"clock"})
                for name in ("groups", "socket", "daemon", "units", "unitFiles", "versions", "configuration"):
                    self.assertEqual(checks[name]["result"], "ok", checks[name])

    def test_an_outsider_and_an_observer_are_told_the_group(self):
        status, checks = self.examine(user=OUTSIDER)
        self.assertEqual(status, 3, checks)
        self.assert_found(checks, "groups", "problem", "not in sessiond", f"usermod -aG sessiond {OUTSIDER}")
        status, checks = self.examine(user=OBSERVER)
        self.assert_found(checks, "groups", "warning", "sessiond-observer", f"--socket {OBSERVER_SOCKET}")
        status, checks = self.examine("--socket", OBSERVER_SOCKET, user=OBSERVER)
        self.assertEqual((status, checks["groups"]["result"]), (0, "ok"), checks)

    def test_a_stopped_socket_is_started_by_the_line_that_is_said(self):
        self.box.systemctl("stop", "sessiond.socket", SERVICE)
        status, checks = self.examine()
        self.assertEqual(status, 3, checks)
        for name in ("socket", "units"):
            self.assert_found(checks, name, "problem", "", "systemctl start sessiond.socket")
        self.follow(checks["socket"]["hint"])

    def test_a_drop_in_of_somebody_is_drift_and_the_lines_that_it_changes_are_named(self):
        self.drop_in(SERVICE, "[Service]\nMemoryMax=64M\nProtectSystem=full\n")
        status, checks = self.examine()
        self.assertEqual(status, 0, checks)
        place = f"/run/systemd/system/{SERVICE}.d/50-test.conf"
        self.assert_found(
            checks, "unitFiles", "warning", f"{place} changes ProtectSystem= and adds MemoryMax=",
            f"to go back: rm {place}; systemctl daemon-reload")

    def test_a_unit_that_systemd_has_not_read_again_is_drift(self):
        self.examine()
        self.box.write(f"/run/systemd/system/{SERVICE}.d/50-test.conf", "[Service]\nMemoryMax=64M\n")
        status, checks = self.examine()
        self.assertEqual(status, 0, checks)
        self.assert_found(checks, "unitFiles", "warning", "50-test.conf has changed on the disk", "daemon-reload")
        checks = self.follow(checks["unitFiles"]["hint"])
        self.assertIn("adds MemoryMax=", checks["unitFiles"]["found"])

    def test_a_masked_unit_is_named(self):
        self.box.systemctl("stop", "sessiond.socket", SERVICE)
        self.box.systemctl("mask", "sessiond.socket")
        self.addCleanup(self.box.systemctl, "unmask", "sessiond.socket")
        status, checks = self.examine()
        self.assertEqual(status, 3, checks)
        self.assert_found(
            checks, "units", "problem", "sessiond.socket is masked", "systemctl unmask sessiond.socket")
        self.follow(checks["units"]["hint"])

    def test_a_socket_that_was_opened_to_everybody_is_a_problem(self):
        self.box.do("chmod", "0666", SOCKET)
        status, checks = self.examine(user=OUTSIDER)
        self.assertEqual(status, 3, checks)
        self.assert_found(
            checks, "socket", "problem", "root:sessiond 0666, and should be root:sessiond 0660",
            "systemctl restart sessiond.socket")
        self.follow(checks["socket"]["hint"])

    def test_a_service_that_does_not_start_is_not_waited_for(self):
        self.drop_in(SERVICE, "[Service]\nExecStart=\nExecStart=/bin/false\n")
        # The call would start it, but maybe not within its time.
        self.assertNotEqual(self.box.run("systemctl", "start", SERVICE).returncode, 0)
        status, checks = self.examine("--timeout", "1")
        self.assertEqual(status, 3, checks)
        self.assert_found(checks, "units", "problem", f"{SERVICE} does not stay up", f"journalctl -b -u {SERVICE}")
        self.assert_found(checks, "daemon", "problem", "within 1 s", "systemctl restart sessiond")

    def test_a_session_that_is_sealed_with_another_key_is_locked(self):
        self.call("session.status")
        self.box.systemctl("stop", SERVICE, "sessiond-key.service")
        self.box.shell("rm /var/lib/sessiond-key/*")
        status, checks = self.examine()
        self.assertEqual(status, 3, checks)
        self.assert_found(checks, "sealing", "problem", "is sealed with key", "sessiond rekey --from FILE")

    def test_a_configuration_that_others_can_write_is_refused_and_one_of_the_daemons_is_not(self):
        place = "/etc/sessiond/sessiond.conf"
        self.box.write(place, "[Limits]\nConnections=100\n", mode="0666")
        status, checks = self.examine()
        self.assertEqual(status, 3, checks)
        self.assert_found(checks, "configuration", "problem", "everyone can write it", "systemctl reload sessiond")
        self.box.do("chmod", "0660", place)
        self.box.do("chown", "sessiond:sessiond-daemon", place)
        checks = self.follow("systemctl reload sessiond")
        self.assertEqual((checks["configuration"]["result"], checks["configuration"]["found"]), ("ok", place))

    def test_a_key_that_cannot_be_made_is_a_failed_unit(self):
        self.drop_in("sessiond-key.service", "[Service]\nExecStart=\nExecStart=/bin/false\n")
        status, checks = self.examine()
        self.assertEqual(status, 3, checks)
        self.assert_found(
            checks, "units", "problem", "sessiond-key.service failed (exit-code)",
            "journalctl -b -u sessiond-key.service")

    def test_a_file_that_the_daemon_may_not_read_is_named(self):
        self.with_accounts()
        self.box.do("chown", "root:root", "/etc/sessiond/accounts")
        status, checks = self.examine()
        self.assertEqual(status, 3, checks)
        self.assert_found(
            checks, "configuredFiles", "problem", "sessiond may not read /etc/sessiond/accounts",
            "chgrp sessiond-daemon /etc/sessiond/accounts")
        self.follow(checks["configuredFiles"]["hint"])


if __name__ == "__main__":
    unittest.main()
