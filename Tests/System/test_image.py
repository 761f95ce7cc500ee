# SPDX-License-Identifier: Apache-2.0
"""Devices whose system is an image: what sessiond-image(7) tells integrators to do, done as it is written.

UPDATES, ROLLBACKS and CLONES say how many there are: `make image-test` has many. The box has no block devices: a
partition is a folder that is bound into it, what the initrd does is done outside, and a power failure kills the box.
"""

import contextlib
import os
import pathlib
import re
import shutil
import tempfile
import unittest

from asking_app import AskingApp
from box import Box, kept_tree, tool, wait_until
from emulator import Emulator
from harness import PATIENCE_SECONDS
from images import INSTALL, PAGE, Device, copied, in_tree, made
from machine import SERVICE, SOCKETS, STATE, SystemTestCase
from openid import OpenIDEmulator
from packages import one_package, with_lower_version
from synerise import ANN, API_KEY, PASSWORDS, claims

UPDATES, ROLLBACKS, CLONES = (
    int(os.environ.get(name, few)) for name, few in (("UPDATES", "1"), ("ROLLBACKS", "1"), ("CLONES", "2")))
TEST_SECONDS = 3600
# Everything in /etc that the package has made.
WITHOUT_OURS = """
find /etc -name '*sessiond*' -delete
sed -i /^sessiond/d /etc/passwd /etc/group /etc/shadow /etc/gshadow
"""
SET_ASIDE, ROLLED_BACK = "079ba62413f8420d85fec17d48509894", "9781ea8fa27846e59a24e26b292211fb"


class ImageTestCase(SystemTestCase):
    @classmethod
    def setUpClass(cls):
        cls.package = one_package()
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sessiond-image-")))

    def setUp(self):
        pass

    def identity(self):
        """Who the device has for its customer."""
        status = self.call("session.status", user=None)
        return {name: status.get(name) for name in ("uuid", "generation", "signedIn", "login")}

    def key_id(self):
        return re.search(r" key=(\S+)", self.box.shell('head -qn1 "$1/session.0"', STATE))[1]


class Updates(ImageTestCase):
    """Two images of one device; what is written to either is written nowhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.earlier = made(cls.folder / "earlier", with_lower_version(cls.package, cls.folder))
        # With other numbers for the accounts, too.
        cls.later = made(cls.folder / "later", cls.package, numbers="97")

    def device(self, configuration=""):
        """A device, off; both images are configured alike."""
        for image in (self.earlier, self.later):
            folder = image / "root" / "usr" / "lib" / "sessiond" / "sessiond.conf.d"
            (folder / "test.conf").write_text(configuration)
        return Device(pathlib.Path(tempfile.mkdtemp(dir=self.folder)), self.earlier)

    @contextlib.contextmanager
    def booted(self, device, image):
        with device.booted(image) as self.box:
            self.assertNotEqual(self.box.run("touch", "/etc/written", "/usr/written").returncode, 0)
            yield

    def lives_on(self, device, verify):
        """Fails unless a customer who is signed in stays so over updates and rollbacks, with an app that asks."""
        with self.booted(device, self.earlier):
            self.come()
            identity = self.identity()
        self.assertTrue(identity["signedIn"])
        with AskingApp() as app:
            for image in [self.later, self.earlier] * UPDATES:
                with self.booted(device, image):
                    app.ask_at(self.box.folder_outside("/run/sessiond") / "sessiond.sock")
                    app.wait_for(10, PATIENCE_SECONDS)
                    self.assertEqual(self.identity(), identity)
                    user = "963" if image is self.earlier else "973"
                    self.assertEqual(self.box.do("id", "-u", "sessiond").strip(), user)
                    self.call("session.refreshToken", user=None)
                    self.box.systemctl("kill", "--signal=KILL", SERVICE)
                    app.wait_for(10, PATIENCE_SECONDS)
                    verify(self.call("session.retrieveToken", user=None, requireSignedIn=True)["token"])
                    # The state was not rolled back.
                    self.assertEqual(self.box.entries(MESSAGE_ID=ROLLED_BACK), [])
                    if image is self.later:
                        self.box.lose_power()
                app.ask_at(None)
            self.assertEqual((app.uuids, app.errors), ({identity["uuid"]}, []))
            print(f"{2 * UPDATES} boots, {app.answers} answers")

    def test_a_customer_of_a_provider_stays_over_updates_and_rollbacks(self):
        provider = OpenIDEmulator()
        self.addCleanup(provider.remove)
        provider.start()
        settings = "".join(f"{name}={value}\n" for name, value in provider.settings().items())

        def come():
            provider.approve(self.client(user=None).call("session.beginSignIn", method="device")["userCode"])
            wait_until(lambda: self.identity()["signedIn"], "the sign-in")

        self.come = come
        device = self.device(f"[Authority]\nKind=openid\n[OpenID]\n{settings}")
        self.lives_on(device, lambda token: self.assertEqual(provider.userinfo_status(token), 200))
        # Nobody has signed in a second time.
        self.assertEqual(len(provider.grants()), 1)
        sign_out, forget = PAGE.examples("A DEVICE FOR SOMEBODY ELSE")
        with self.booted(device, self.earlier):
            self.box.shell(sign_out)
            wait_until(self.is_told, "the word to the provider")
            self.box.shell(forget)
            self.assertEqual(self.box.shell('ls "$1" "$2" 2>/dev/null || true', STATE, f"{STATE}-key"), "")
        self.assertEqual([grant["revoked"] for grant in provider.grants()], [True])

    def is_told(self):
        text = self.call("daemon.metrics", user=None)["text"]
        return 'sessiond_sign_outs_to_tell_total{outcome="delivered"} 1\n' in text

    def test_a_customer_of_the_rest_api_stays_over_updates_and_rollbacks(self):
        emulator = Emulator(api_keys=[API_KEY], accounts=PASSWORDS)
        self.addCleanup(emulator.remove)
        emulator.start()
        self.come = lambda: self.call("session.signIn", user=None, email=ANN, password=PASSWORDS[ANN])
        device = self.device(
            f"[Authority]\nKind=synerise\n[Synerise]\nBaseURL={emulator.url}\nAPIKey={API_KEY}\n")
        self.lives_on(device, lambda token: self.assertEqual(claims(token)["login"], ANN))
        # Nobody has signed in a second time, and no second customer was begun.
        self.assertEqual(emulator.count("E2"), 1)
        self.assertLessEqual(emulator.count("E1"), 1)

    def test_a_rollback_that_takes_the_state_back_is_named(self):
        device = self.device()
        with self.booted(device, self.earlier):
            identity = self.identity()
        device.keep_mark()
        for rollback in range(ROLLBACKS):
            device.snapshot()
            with self.booted(device, self.later):
                for label in ("an update", f"update {rollback}"):
                    self.call("session.setIdentity", user=None, customIdentifier=label)
                self.box.lose_power()
            device.roll_back()
            with self.booted(device, self.earlier):
                self.assertEqual(self.identity(), identity)
                self.box.systemctl("kill", "--signal=KILL", SERVICE)
                self.assertEqual(self.identity(), identity)
                self.assertNotIn("customIdentifier", self.call("session.status", user=None))
                (entry,) = self.box.entries(MESSAGE_ID=ROLLED_BACK)
                self.assertLess(int(entry["STORE_REVISION"]), int(entry["STORE_LAST_REVISION"]))
                look = PAGE.examples("UPDATES AND ROLLBACKS")[0]
                self.assertIn(entry["MESSAGE"], self.box.shell(look))
                # What it says in the journal next time is said of the next one alone.
                self.box.shell("journalctl --rotate; journalctl --vacuum-time=1s")

    def test_without_a_machine_id_that_stays_each_boot_is_another_machine(self):
        device = self.device()
        uuids = set()
        for _ in range(2):
            with device.booted(self.earlier, keeps_machine_id=False) as self.box:
                uuids.add(self.identity()["uuid"])
        self.assertEqual(len(uuids), 2)


class EmptyEtc(ImageTestCase):
    def test_the_first_boot_makes_what_the_package_has_in_etc(self):
        root = copied(kept_tree(), self.folder / "image") / "root"
        shutil.copy(self.package, root)
        in_tree(root, f"{INSTALL} /{self.package.name}\n{WITHOUT_OURS}")
        (root / "etc" / "machine-id").write_text("uninitialized\n")
        with Box.booted(tree=self.folder / "image") as self.box:
            self.assertEqual(self.call("session.status", user=None)["generation"], 1)
            shown = self.box.run("systemctl", "is-enabled", SERVICE, *SOCKETS, "sessiond-metrics.timer").stdout
            self.assertEqual(shown.split(), ["enabled", "enabled", "enabled", "disabled"])


class GoldenImage(ImageTestCase):
    """A device that was set up by hand, whose system can be written to, and copies of it."""

    @contextlib.contextmanager
    def on(self, device):
        """The device itself, on; what is written to it stays."""
        tool("boot", device)
        self.box = Box(device)
        try:
            yield
        finally:
            tool("stop", device)

    def set_up(self, device):
        """What somebody does to a device before it is copied; what is its own then."""
        root = copied(kept_tree(), device) / "root"
        shutil.copy(self.package, root)
        in_tree(root, f"{INSTALL} /{self.package.name}")
        with self.on(device):
            self.with_accounts("[Session]\nIdentifierSalt=golden\n")
            self.box.systemctl("restart", SERVICE)
            self.assertTrue(self.sign_in(user=None)["signedIn"])
            return self.own()

    def own(self):
        """Machine, customer and key of a device, and its host's secret."""
        uuid = self.call("session.getUUID", user=None)["uuid"]
        secret = self.box.do("sha256sum", "/var/lib/systemd/credential.secret")
        return self.box.read("/etc/machine-id"), uuid, self.key_id(), secret

    def copies(self, image, count):
        """What is each device's own at its first boot."""
        for _ in range(count):
            with Box.booted(tree=image) as self.box:
                self.assertFalse(self.call("session.status", user=None)["signedIn"])
                self.assertIn("golden", self.box.do("sessionctl", "config", "show"))
                yield self.own()

    def test_copies_of_a_device_that_was_reset_have_each_a_session_of_their_own(self):
        device = self.folder / "device"
        found = [self.set_up(device)]
        with self.on(device):
            (reset,) = PAGE.examples("GOLDEN IMAGES")
            self.box.shell(reset)
        for own in self.copies(device, CLONES):
            self.assertEqual(self.box.entries(MESSAGE_ID=SET_ASIDE), [])
            found.append(own)
        for what in zip(*found):
            self.assertEqual(len(set(what)), 1 + CLONES, what)

    def test_a_copy_of_which_the_machine_id_alone_was_reset_has_one_too(self):
        device = self.folder / "forgetful"
        *first, _ = self.set_up(device)
        (device / "root" / "etc" / "machine-id").write_text("")
        for *own, _ in self.copies(device, 1):
            (entry,) = self.box.entries(MESSAGE_ID=SET_ASIDE)
            self.assertEqual(entry["REASON"], "securityException")
            self.assertTrue(set(own).isdisjoint(first))


if __name__ == "__main__":
    unittest.main()
