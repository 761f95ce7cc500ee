# SPDX-License-Identifier: Apache-2.0
"""`make install` with a prefix of its own, on a machine without the package."""

import unittest

from box import Box
from machine import APP, SERVICE, Installation

# Everything is compiled.
TEST_SECONDS = 3600


class FromSource(unittest.TestCase):
    def test_systemd_finds_units_users_and_programs_below_another_prefix(self):
        with Box.booted() as box:
            Installation.from_source(box, prefix="/usr/local")
            Installation.add_users(box)
            box.systemctl("stop", SERVICE)
            run = box.run("/usr/local/bin/sessionctl", "status", user=APP)
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertEqual(box.property(SERVICE, "FragmentPath"), f"/usr/local/lib/systemd/system/{SERVICE}")
            self.assertEqual(box.do("readlink", f"/proc/{box.main_pid(SERVICE)}/exe").strip(), "/usr/local/bin/sessiond")
            self.assertEqual(box.property("sessiond-key.service", "Result"), "success")
            self.assertIn("sessiond: The customer session of this device is served", box.do("journalctl", "--list-catalog"))


if __name__ == "__main__":
    unittest.main()
