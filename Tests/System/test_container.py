# SPDX-License-Identifier: Apache-2.0
"""What sessiond-container(7) tells integrators to do on a device, done as it is written: an app in a sandbox, and the daemon
itself as an image, which no package on the device knows of.

podman is tried in Tests/EndToEnd/test_containers.py.
"""

import pathlib
import unittest

from box import Box, wait_until
from harness import lasting
from machine import APP, OUTSIDER, SERVICE, SOCKET, Installation, SystemTestCase
from manual import Page
from packages import one_package

PAGE = Page("sessiond-container.7")
# An image of the same Debian as the device's, with the package in it.
MAKE_IMAGE = """
mkdir -p "$1/var/lib"
cp -a --one-file-system /bin /sbin /lib /lib64 /usr /etc "$1/"
cp -a /var/lib/dpkg "$1/var/lib/"
for name in proc sys dev run tmp var/tmp root; do mkdir -p "$1/$name"; done
: >"$1/etc/machine-id"
dpkg --root="$1" --install "$2"
"""


class ImageTestCase(SystemTestCase):
    """A device without the package, in a box of its own, and an image with it."""

    @classmethod
    def setUpClass(cls):
        package = one_package()
        cls.box = cls.enterClassContext(Box.booted())
        cls.package = f"/root/{package.name}"
        cls.box.copy(package, cls.package)

    def setUp(self):
        self.since = self.box.cursor()

    def make_image(self, path):
        self.box.shell(MAKE_IMAGE, path, self.package)


class Sandbox(SystemTestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(Box.booted())
        Installation.install(cls.box)

    def setUp(self):
        pass

    def test_bubblewrap_as_the_manual_says(self):
        (enter,) = PAGE.examples("BUBBLEWRAP AND FLATPAK")
        shown = self.box.do("sh", "-euc", enter, user=APP)
        self.assertRegex(shown, rf"(?m)^UUID: +{self.call('session.getUUID')['uuid']}\b")
        self.assertEqual(self.box.run("sh", "-euc", enter, user=OUTSIDER).returncode, 77)


class Portable(ImageTestCase):
    FOLDER = "/var/lib/portables/sessiond"

    def test_the_daemon_is_attached_and_updated_as_the_manual_says(self):
        attach, update = PAGE.examples("THE DAEMON ITSELF")[:2]
        # The numbers of the image are not those of the device.
        self.box.do("groupadd", "--system", "another")
        self.make_image(self.FOLDER)
        self.box.shell(attach)
        Installation.add_users(self.box)
        self.assertEqual(self.box.run("sh", "-c", "command -v sessiond").stdout, "")
        status = self.signed_in_after_reload()
        self.assertEqual(status["store"], {"sealed": True, "state": "ok"})
        self.assertNotEqual(self.box.run("test", "-w", SOCKET, user=OUTSIDER).returncode, 0)
        before, comment, after = update.partition("# the new image takes the place of the old one\n")
        self.assertTrue(comment)
        self.box.shell(before)
        self.box.do("mv", self.FOLDER, "/var/lib/earlier")
        self.make_image(self.FOLDER)
        self.box.shell(after)
        self.assertEqual(lasting(self.call("session.status")), lasting(status))

    def signed_in_after_reload(self):
        """Signs the account in, which the daemon hears of by a reload; the status."""
        self.with_accounts()
        self.box.systemctl("reload", SERVICE)
        return self.sign_in()


class Nspawn(ImageTestCase):
    FOLDER = "/var/lib/machines/session"

    def test_the_daemon_is_booted_as_the_manual_says(self):
        (boot,) = PAGE.examples("THE DAEMON ITSELF")[2:]
        self.make_image(self.FOLDER)
        number = self.box.shell('sed -n "s/^sessiond:[^:]*:\\([0-9]*\\):.*/\\1/p" "$1/etc/group"', self.FOLDER).strip()
        for name in ("sessiond", "sessiond-admin", "sessiond-observer"):
            self.box.do("groupadd", *(["--gid", number] if name == "sessiond" else []), name)
        Installation.add_users(self.box)
        self.addCleanup(self.box.run, "machinectl", "terminate", "session")
        self.box.shell(boot)
        wait_until(lambda: self.box.run("test", "-S", SOCKET).returncode == 0, "the socket of the container")
        answer = self.call("session.retrieveToken")
        self.assertEqual(answer["origin"], "ANONYMOUS")
        self.assertTrue(self.call("session.status")["store"]["sealed"])
        self.assertNotEqual(self.box.run("test", "-w", SOCKET, user=OUTSIDER).returncode, 0)


if __name__ == "__main__":
    unittest.main()
