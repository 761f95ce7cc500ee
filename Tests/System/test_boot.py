# SPDX-License-Identifier: Apache-2.0
"""From the boot of a device to the first answer, and units that need the session."""

import time
import unittest

from harness import owner, rebooted
from machine import APP, SERVICE, SOCKETS, STATE, SystemTestCase

READY_TARGET, READY_SERVICE = "sessiond-ready.target", "sessiond-ready.service"
# An app as a packager would write its unit.
APP_UNIT = f"""
[Unit]
Wants={READY_TARGET}
After={READY_TARGET}
[Service]
Type=oneshot
RemainAfterExit=yes
User={APP}
ExecStart=/usr/bin/sessionctl --timeout 1 token
[Install]
WantedBy=multi-user.target
"""


class Boot(SystemTestCase):
    def test_the_session_is_there_after_a_reboot(self):
        before = self.signed_in()
        token = self.call("session.retrieveToken")["token"]
        self.box.write("/etc/systemd/system/app.service", APP_UNIT)
        self.addCleanup(self.box.shell, "systemctl disable --now app; rm /etc/systemd/system/app.service")
        self.box.systemctl("enable", "app.service")
        client = self.client()
        client.call("session.getUUID")
        self.box.reboot()
        client.read_end()
        self.reach()
        self.assertEqual(rebooted(self.call("session.status")), rebooted(before))
        self.assertEqual(owner(self.call("session.retrieveToken")["token"]), owner(token))
        self.assertEqual(self.box.systemctl("is-system-running").strip(), "running")
        self.assertEqual(self.box.property("app.service", "Result"), "success")
        for unit in (*SOCKETS, SERVICE, READY_TARGET, "app.service"):
            self.assertEqual(self.box.property(unit, "ActiveState"), "active", unit)
        print("boot to the daemon's READY=1:", self.seconds_to(SERVICE), "s; to an app with a token:",
              self.seconds_to("app.service"), "s")

    def seconds_to(self, unit):
        """How long after the start of the box's manager a unit was active."""
        active = int(self.box.property(unit, "ActiveEnterTimestampMonotonic"))
        began = int(self.box.systemctl("show", "--value", "--property=UserspaceTimestampMonotonic"))
        return f"{(active - began) / 1e6:.2f}"

    def test_the_first_call_of_all_takes_no_time_to_speak_of(self):
        """A figure, not a limit."""
        self.with_accounts()
        self.box.systemctl("start", "sessiond-key.service")
        connection = self.client()
        began = time.monotonic()
        connection.call("session.getUUID")
        print(f"connection to first answer with the daemon not running: {1000 * (time.monotonic() - began):.0f} ms")
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "active")


class Ready(SystemTestCase):
    def test_a_unit_that_needs_the_session_starts_when_it_is_there(self):
        self.box.systemctl("start", READY_TARGET)
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "active")
        self.assertEqual(self.call("daemon.health")["ready"], True)

    def test_it_waits_for_a_session_that_is_not_there_yet(self):
        self.box.write("/etc/sessiond/sessiond.conf.d/60-mistake.conf", "[Session]\nIdleTimeoutSec=soon\n")
        waiting = self.box.start("systemctl", "start", READY_TARGET)
        self.assertFalse(self.call("daemon.health", user=None)["ready"])
        self.assertEqual(self.box.property(READY_SERVICE, "ActiveState"), "activating")
        self.assertEqual(self.box.property(READY_TARGET, "ActiveState"), "inactive")
        self.box.do("rm", "/etc/sessiond/sessiond.conf.d/60-mistake.conf")
        self.box.systemctl("restart", SERVICE)
        self.assertEqual(waiting.wait(60), 0)
        self.assertEqual(self.box.property(READY_TARGET, "ActiveState"), "active")

    def test_what_never_becomes_ready_is_not_waited_for_without_end(self):
        self.box.write("/etc/sessiond/sessiond.conf.d/60-mistake.conf", "[Session]\nIdleTimeoutSec=soon\n")
        self.drop_in(READY_SERVICE, "[Service]\nTimeoutStartSec=2s\n")
        self.assertNotEqual(self.box.run("systemctl", "start", READY_TARGET).returncode, 0)
        self.assertEqual(self.box.property(READY_SERVICE, "Result"), "timeout")


if __name__ == "__main__":
    unittest.main()
