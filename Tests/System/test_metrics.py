# SPDX-License-Identifier: Apache-2.0
"""The timer that writes the metrics for node_exporter: of no effect until it is enabled, as the manual has it."""

import re
import unittest

from box import wait_until
from machine import SERVICE, SystemTestCase
from manual import Page

TIMER, WRITER = "sessiond-metrics.timer", "sessiond-metrics.service"
FOLDER, ELSEWHERE = "/var/lib/prometheus/node-exporter", "/srv/metrics"


class Timer(SystemTestCase):
    def setUp(self):
        super().setUp()
        self.enable, self.elsewhere = Page("sessiond.8").examples("METRICS")
        self.addCleanup(self.box.shell, 'systemctl disable --now "$1"; rm -rf "$2" "$3"', TIMER, FOLDER, ELSEWHERE)

    def written(self, folder):
        """What is in the file, once it is there."""
        path = f"{folder}/sessiond.prom"
        wait_until(lambda: self.box.run("test", "-s", path).returncode == 0, path)
        return self.box.read(path)

    def test_it_is_not_enabled_by_itself_and_writes_when_it_is(self):
        self.assertEqual(self.box.run("systemctl", "is-enabled", TIMER).stdout.strip(), "disabled")
        self.box.do("mkdir", "-p", FOLDER)
        self.box.shell(self.enable)
        self.assertIn("\nsessiond_ready 1\n", self.written(FOLDER))
        self.assertEqual(self.box.shell('ls -A "$1"; stat -c "%a %U" "$1"/*', FOLDER), "sessiond.prom\n644 root\n")
        self.assertNotEqual(self.box.property(TIMER, "NextElapseUSecMonotonic"), "infinity")

    def test_without_a_node_exporter_it_does_nothing(self):
        self.box.shell(self.enable)
        self.box.systemctl("start", WRITER)
        self.assertEqual(self.box.properties(WRITER, "Result", "ConditionResult"), {
            "Result": "success", "ConditionResult": "no"})
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "inactive")

    def test_another_folder(self):
        self.box.do("mkdir", ELSEWHERE)
        # What is typed into the editor.
        drop_in = re.sub(r"^# systemctl edit .*\n", "", self.elsewhere)
        self.box.write(f"/etc/systemd/system/{WRITER}.d/override.conf", drop_in)
        self.box.systemctl("daemon-reload")
        self.box.systemctl("start", WRITER)
        self.assertIn("\nsessiond_ready ", self.written(ELSEWHERE))


if __name__ == "__main__":
    unittest.main()
