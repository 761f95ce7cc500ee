# SPDX-License-Identifier: Apache-2.0
"""A start at which it cannot be told which machine this is, or which boot."""

import pathlib
import re
import tempfile
import unittest

from conditions import mounted, own_mounts
from harness import lasting
from sealing import SealingTestCase, header

MACHINE_ID, BOOT_ID = "/etc/machine-id", "/proc/sys/kernel/random/boot_id"


def setUpModule():
    own_mounts()


class Unknown(SealingTestCase):
    def test_a_machine_that_cannot_be_told_keeps_what_is_stored_its_own(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        identity = folder / "machine-id"
        identity.write_text("0123456789abcdef0123456789abcdef\n")
        with mounted("--bind", identity, MACHINE_ID):
            daemon, status, _ = self.signed_in()
            machine = {header(path)["machine"] for path in self.slots(daemon)}
            self.assertEqual(len(machine), 1)
            identity.write_text("")
            daemon.start()
            daemon.output.wait_for("^WARNING .*machine.* another machine's session is not told from this one's")
            self.assertEqual(lasting(daemon.call("session.status")), lasting(status))
            daemon.call("session.setIdentity", customEmail="another label")
            daemon.call("session.setIdentity", customEmail="and another")
            self.assertEqual({header(path)["machine"] for path in self.slots(daemon)}, machine)
            daemon.stop()
            identity.write_text("f" * 32 + "\n")
            daemon.start()
            self.assertNotEqual(daemon.call("session.getUUID")["uuid"], status["uuid"])

    def test_what_was_stored_in_a_boot_that_cannot_be_told_is_of_another_one(self):
        daemon = self.make()
        (daemon.folder / "empty").touch()
        boots = []
        with mounted("--bind", daemon.folder / "empty", BOOT_ID):
            for _ in range(2):
                daemon.start()
                daemon.output.wait_for("^WARNING .*boot.*this start counts as a boot")
                daemon.call("session.retrieveToken")
                daemon.call("session.setIdentity", customEmail=f"label {len(boots)}")
                boots.append(self.boot_ids(daemon))
                daemon.stop()
        self.assertTrue(boots[0] and boots[1], boots)
        self.assertFalse(boots[0] & boots[1], boots)
        self.assertNotIn("", boots[0] | boots[1])

    def boot_ids(self, daemon):
        """The boots that are named in what is stored last, in clear."""
        texts = [path.read_bytes().decode("latin-1") for path in self.slots(daemon)]
        newest = max(texts, key=lambda text: int((re.search(r" revision=(\d+)", text) or ["", 0])[1]))
        return set(re.findall(r'"bootID":"([^"]*)"', newest))


if __name__ == "__main__":
    unittest.main()
