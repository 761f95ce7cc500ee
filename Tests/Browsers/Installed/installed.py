# SPDX-License-Identifier: Apache-2.0
"""Pages on a device on which `sessiond` and `sessiond-web` were installed beside Debian's browsers, in whichever one.

The browsers run in the box, as users of it who may use the session; the servers with the pages run outside, in its
network.
"""

import os
import pathlib
import re
import tempfile

from box import end
from machine import APP, LOGIN, OUTSIDER, PASSWORD, SERVICE, SystemTestCase
from packages import with_lower_version
from pages import BrowsingTestCase
from sharing import NOTHING, SIGNED_IN

PACKAGES = [pathlib.Path(path) for path in os.environ.get("SESSIOND_PACKAGES", "").split()]
HOST_PATH = "/usr/libexec/sessiond-web-host"


class Device:
    """A box, as a place for a browser of a user: with the host and the extension of the package."""

    # It has found its extension by itself.
    extension = None

    def __init__(self, box, user):
        self._box, self._user = box, user
        self.inside = box.do("mktemp", "--directory", "/tmp/browser-XXXXXX", user=user).strip()
        self.folder = box.folder_outside(self.inside)

    def start(self, arguments, environment, **options):
        """Starts a program as the user."""
        self._box.do("chown", "--recursive", f"{self._user}:", self.inside)
        variables = [f"{name}={value}" for name, value in environment.items()]
        return self._box.start("env", f"--chdir={self.inside}", *variables, *arguments, user=self._user, **options)

    def end(self, process):
        end(process)
        self._box.run("pkill", "-KILL", "--euid", self._user)

    def remove(self):
        # The box goes as well: whoever is still writing keeps nobody waiting.
        self._box.run("rm", "--recursive", "--force", self.inside)

    def hosts(self):
        """The processes of the hosts of the user."""
        found = self._box.run("pgrep", "--euid", self._user, "--full", f"^{HOST_PATH} ").stdout
        return map(int, found.split())


class InstalledTests(BrowsingTestCase, SystemTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box.join_network()
        cls.start_servers()
        cls.browser = cls.start_browser(Device(cls.box, APP))

    def setUp(self):
        super().setUp()
        self.allow(self.RIGHTS)
        self.until_listed(self.browser)

    def allow(self, rights, further=""):
        """Lets the origin have these rights from now on, or none; `further` are lines of [Access]."""
        line = f"AllowOrigin={rights} {self.server.origin}\n" if rights else ""
        self.with_accounts(f"[Access]\n{line}{further}")
        self.box.systemctl("reload-or-restart", SERVICE)

    def following(self):
        """A page that follows the session."""
        page = self.open()
        self.follow(page)
        return page

    def test_a_page_sees_sign_in_and_sign_out_of_others(self):
        page = self.following()
        self.sign_in()
        self.wait(page, SIGNED_IN)
        self.assertEqual(self.value(page, "sessiond.status()")["login"], LOGIN)
        self.assertEqual(self.sessionctl("sign-out").returncode, 0)
        self.wait(page, 'seen.some(change => change.event?.kind === "signedOut")')
        self.assertIs(self.value(page, "sessiond.status()")["signedIn"], False)

    def test_others_see_what_a_page_does(self):
        page = self.open()
        status = self.value(page, f"sessiond.signIn({{ email: '{LOGIN}' }}, '{PASSWORD}')")
        self.assertEqual((status["login"], self.call("session.status")["login"]), (LOGIN, LOGIN))

    def test_a_page_goes_on_with_the_next_daemon(self):
        page = self.following()
        daemon = self.box.main_pid(SERVICE)
        self.box.systemctl("restart", SERVICE)
        self.wait(page, 'seen.some(change => change.cause === "resumed" || change.cause === "gap")')
        self.assertNotIn(self.box.main_pid(SERVICE), (0, daemon))
        self.sign_in()
        self.wait(page, SIGNED_IN)

    def test_a_page_goes_on_under_an_upgrade(self):
        with tempfile.TemporaryDirectory(prefix="sessiond-packages-") as folder:
            for number, package in enumerate(PACKAGES):
                earlier = pathlib.Path(folder) / str(number)
                earlier.mkdir()
                self.box.copy(with_lower_version(package, earlier), f"/root/earlier-{package.name}")
        self.install(*(f"/root/earlier-{package.name}" for package in PACKAGES))
        self.until_listed(self.browser)
        page = self.following()
        self.sign_in()
        self.wait(page, SIGNED_IN)
        daemon = self.box.main_pid(SERVICE)
        self.install(*(f"/root/{package.name}" for package in PACKAGES))
        self.assertNotIn(self.box.main_pid(SERVICE), (0, daemon))
        self.wait(page, 'seen.some(change => change.cause === "resumed" || change.cause === "gap")')
        self.assertEqual(self.value(page, "sessiond.status()")["login"], LOGIN)
        self.assertEqual(self.value(page, "seen.filter(change => change.isOtherCustomer).length"), 2)
        self.assertEqual(self.sessionctl("sign-out").returncode, 0)
        self.wait(page, 'seen.some(change => change.event?.kind === "signedOut")')
        # A page that is opened now has the new host, from the extension that the browser has begun with.
        self.assertIs(self.value(self.open(), "sessiond.status()")["signedIn"], False)

    def install(self, *paths):
        self.box.do(
            "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet", "install", "--allow-downgrades",
            *paths)

    def test_a_reload_takes_the_right_away_and_gives_it_back(self):
        page = self.following()
        self.allow("session.touch")
        # The host makes another connection, which is refused the same.
        self.wait(page, 'seen.at(-1).error?.name === "permissionDenied"')
        self.assertIn("revoked", self.value(page, "seen.map(change => change.error?.name ?? '')"))
        self.assertEqual(self.value(page, "sessiond.status().catch(error => error.name)"), "permissionDenied")
        self.allow(self.RIGHTS)
        self.wait(page, '["resumed", "gap"].includes(seen.at(-1).cause)')

    def test_a_token_is_for_those_whose_line_says_so(self):
        page = self.open()
        error = self.value(page, "sessiond.retrieveToken().catch(error => ({ ...error }))")
        self.assertEqual(error["name"], "permissionDenied")
        self.assertIn(f"AllowOrigin=token.read {self.server.origin}", error["hint"])
        self.allow(f"{self.RIGHTS},token.read")
        self.assertEqual(
            self.value(page, "sessiond.retrieveToken()")["token"], self.call("session.retrieveToken")["token"])

    def test_the_package_adds_no_unit_and_the_host_no_port(self):
        files = self.box.do("dpkg", "--listfiles", "sessiond-web").splitlines()
        self.assertIn(HOST_PATH, files)
        self.assertEqual([file for file in files if re.search("systemd|/bin/|/etc/(?!chromium)", file)], [])
        self.assertEqual(self.value(self.open(), "sessiond.status()")["signedIn"], False)
        for host in self.browser.hosts_of(2):
            open_files = self.box.shell('readlink "/proc/$1/fd/"*', host).splitlines()
            sockets = [file.strip("socket:[]") for file in open_files if file.startswith("socket:")]
            self.assertEqual(len(sockets), 1, open_files)
            self.box.do("grep", "--quiet", f" {sockets[0]}", "/proc/net/unix")

    def test_an_origin_without_a_line_has_nothing_and_starts_nothing(self):
        page = self.open(self.other.url())
        self.assertEqual(self.value(page, "first"), NOTHING)
        # The one that follows the list.
        self.browser.hosts_of(1)

    def test_the_users_of_two_screens_each_have_their_own_right(self):
        # Not in the group, but for what a line says.
        screen = self.start_browser(Device(self.box, OUTSIDER))
        self.allow(self.RIGHTS, f"Allow=identity.read user:{OUTSIDER}\n")
        self.box.shell("chmod o+rw /run/sessiond/sessiond.sock")
        self.until_listed(screen)
        page, looking = self.following(), self.open(browser=screen)
        self.follow(looking, browser=screen)
        self.value(page, f"sessiond.signIn({{ email: '{LOGIN}' }}, '{PASSWORD}')")
        screen.wait(looking, SIGNED_IN)
        error = screen.value(looking, "sessiond.signOut().catch(error => ({ ...error }))")
        self.assertEqual(error["name"], "permissionDenied")
        self.assertIn("Allow=session.write user:", error["hint"])
        self.assertTrue(self.value(page, "sessiond.signOut()")["changed"])
        screen.wait(looking, 'seen.some(change => change.event?.kind === "signedOut")')
