# SPDX-License-Identifier: Apache-2.0
"""Tests of sessiond as it is installed, under a systemd that was really booted.

How to write one: a module `test_TOPIC.py` here, with classes derived from `SystemTestCase`. Each test begins on a device
that was just installed: no session, no drop-ins, the sockets listening, the daemon not running. `self.box` runs commands
there (`do`, `shell`, `systemctl`, `journal…`); `self.client(user)` is a connection that was made by that user, and
`self.sessionctl(user, …)` the command line. What a test leaves in the folders that `RESET` names is removed before the
next one; anything else it has to undo itself (`addCleanup`).

    python3 Tests/System/run.py test_TOPIC      # boots a box, installs the package, runs the module
    python3 Tests/System/run.py --shell         # the same, and a shell in it
"""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from box import Box
from conditions import client_made_by
from harness import PACKAGE, RPCError, hashed
from load import Load
from watching import Watcher

SOCKET = "/run/sessiond/sessiond.sock"
OBSERVER_SOCKET = "/run/sessiond/observer.sock"
STATE = "/var/lib/sessiond"
SERVICE = "sessiond.service"
SOCKETS = ["sessiond.socket", "sessiond-observer.socket"]
# Users of the box, and the groups that they are in beside their own.
APP, ADMIN, OBSERVER, OUTSIDER, RULED = "till", "manager", "monitor", "guest", "signage"
USERS = {
    APP: ["sessiond"], ADMIN: ["sessiond", "sessiond-admin"], OBSERVER: ["sessiond-observer"], OUTSIDER: [], RULED: [],
}
# Lines for newer versions of systemd, and where they are put on a device whose systemd knows them.
DROP_INS = {int(path.stem.removeprefix("10-systemd-")): path for path in (PACKAGE / "systemd" / f"{SERVICE}.d").iterdir()}
DROP_IN_FOLDER = f"/usr/local/lib/systemd/system/{SERVICE}.d"
LOGIN, PASSWORD = "ann@example.com", "canary-password-of-ann"
ACCOUNTS = "/etc/sessiond/accounts"
CLIENT_SECRET = "/etc/sessiond/client-secret"

# Everything of the last test is gone, and the device is as it was when the package was installed.
RESET = """
systemctl stop sessiond.service sessiond.socket sessiond-observer.socket sessiond-key.service
! mountpoint -q /var/lib/sessiond || umount /var/lib/sessiond
rm -rf /etc/sessiond /run/sessiond/sessiond.conf.d /var/lib/sessiond/* /var/lib/sessiond-mark/* /var/lib/sessiond-key/*
rm -rf /etc/systemd/system/sessiond*.d /run/systemd/system/sessiond*.d
systemctl daemon-reload
systemctl reset-failed
systemctl start sessiond.socket sessiond-observer.socket
"""


class Installation:
    """What puts the product into a box: the packages of `SESSIOND_PACKAGES` (paths, separated by spaces), else `make
    install`."""

    @staticmethod
    def install(box):
        """Installs it as an administrator would, and adds the users."""
        packages = os.environ.get("SESSIOND_PACKAGES", "").split()
        if packages:
            for package in packages:
                box.copy(package, "/root/")
            names = [f"./{pathlib.Path(package).name}" for package in packages]
            box.do("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", *names)
        else:
            Installation.from_source(box)
        Installation.add_drop_ins(box)
        Installation.add_users(box)

    @staticmethod
    def replace(box):
        """Replaces what is installed by the same once more, as an upgrade does: the daemon that ran runs no longer."""
        names = [f"/root/{pathlib.Path(package).name}" for package in os.environ.get("SESSIOND_PACKAGES", "").split()]
        if names:
            box.do("dpkg", "--install", *names)
        else:
            box.systemctl("restart", SERVICE)

    @staticmethod
    def add_drop_ins(box):
        """Adds those that the box's systemd knows, which may be newer than the one that the package was built for."""
        for version, path in DROP_INS.items():
            if version <= box.systemd_version():
                box.write(f"{DROP_IN_FOLDER}/{path.name}", path.read_text())
        box.systemctl("daemon-reload")

    @staticmethod
    def add_users(box):
        for user, groups in USERS.items():
            box.do("useradd", "--no-create-home", f"--groups={','.join(groups)}", user)

    @staticmethod
    def from_source(box, prefix="/usr"):
        """Installs what `make build` has built, as the README says it is done without a package."""
        with tempfile.TemporaryDirectory() as root:
            subprocess.run(
                ["make", "install", f"DESTDIR={root}", f"prefix={prefix}"], cwd=PACKAGE, check=True,
                stdout=subprocess.DEVNULL)
            box.copy(f"{root}/usr", "/")
        for command in Installation.readme_commands():
            box.shell(command)

    @staticmethod
    def readme_commands():
        """What the README has an administrator run after `make install`."""
        readme = (PACKAGE / "README.md").read_text()
        block = re.search(r"(?m)^make build && sudo make install-strip prefix=/usr/local\n([^`]+)^```$", readme)[1]
        return block.replace("sudo ", "").splitlines()


class SystemTestCase(unittest.TestCase):
    """A test on an installed device; see above."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.box = Box(os.environ["SESSIOND_BOX"])
        cls.reach()

    @classmethod
    def reach(cls):
        """Finds the socket as the host's root reaches it: for callers by the hundred, who need not be anybody else."""
        cls.socket = cls.box.folder_outside("/run/sessiond") / "sessiond.sock"

    def setUp(self):
        self.box.shell(RESET)
        self.since = self.box.cursor()

    def drop_in(self, unit, text):
        """Adds to a unit for this test: lines of sections, systemd.unit(5)."""
        self.box.write(f"/run/systemd/system/{unit}.d/50-test.conf", text)
        self.box.systemctl("daemon-reload")

    def configure(self, text):
        """Adds to the configuration for this test; takes effect when the daemon starts or reloads."""
        self.box.write("/etc/sessiond/sessiond.conf.d/50-test.conf", text)

    def with_accounts(self, further=""):
        """An account that can sign in, and further lines of the configuration."""
        self.box.write(ACCOUNTS, f"{LOGIN}:{hashed(PASSWORD, 1000)}\n", mode="0640", owner="root:sessiond-daemon")
        self.configure(f"[Local]\nAccountsFile={ACCOUNTS}\n{further}")

    def with_provider(self, provider, client=None):
        """Has the daemon know an OpenID provider in the box's network, as one of its clients, the public one by default; the
        secret of another one is a credential of the unit."""
        settings = provider.settings(client)
        if settings.pop("ClientSecretFile", None):
            self.box.write(CLIENT_SECRET, f"{provider.SECRET}\n", mode="0600")
            self.drop_in(SERVICE, f"[Service]\nLoadCredential=openid.client-secret:{CLIENT_SECRET}\n")
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        self.configure(f"[Authority]\nKind=openid\n[OpenID]\n{lines}")

    def on_tmpfs(self):
        """Puts the daemon's folder on a file system of 2 MB, for this test."""
        self.box.shell(
            'mkdir -p "$1"; mount -t tmpfs -o "size=2m,mode=0700,uid=$(id -u sessiond),gid=$(id -g sessiond)" tmpfs "$1"',
            STATE)

    def remount(self, mode):
        """Lets that file system be written to (`rw`), or not (`ro`)."""
        self.box.do("mount", "-o", f"remount,{mode}", STATE)

    def fill(self):
        """Fills that file system to its last byte."""
        self.box.shell('! cat /dev/zero >"$1/ballast"', STATE)

    def client(self, user=APP, path=SOCKET):
        """A connection that was made by a process of that user in the box; ends with the test."""
        client = client_made_by(self.box.command(user=user), path, python="python3")
        self.addCleanup(client.close)
        return client

    def watcher(self, user=APP):
        """The same, which follows the session."""
        return Watcher.over(self.client(user).socket).watch()

    def call(self, method, user=APP, **params):
        """One call over a connection of its own."""
        with client_made_by(self.box.command(user=user), SOCKET, python="python3") as client:
            return client.call(method, **params)

    def load(self, method, check, **options):
        """Callers that go on calling for as long as a `with` block lasts."""
        return Load(self.socket, method, check, **options)

    def sign_in(self, user=APP):
        """Signs the account in; the status."""
        return self.call("session.signIn", user, email=LOGIN, password=PASSWORD)

    def signed_in(self):
        """A device on which somebody is signed in; the status."""
        self.with_accounts()
        return self.sign_in()

    def sessionctl(self, *arguments, user=APP, **options):
        """Runs the command line as a user, whatever its status."""
        return self.box.run("sessionctl", *arguments, user=user, **options)

    def assert_refused(self, name, call, *arguments, **params):
        """Fails unless the call answers an error of that name; the error."""
        with self.assertRaises(RPCError) as caught:
            call(*arguments, **params)
        self.assertEqual(caught.exception.name, name, caught.exception)
        return caught.exception
