# SPDX-License-Identifier: Apache-2.0
"""The Debian package: installation, upgrade, downgrade, removal and purge, with a session and clients that go on asking.

`SESSIOND_PACKAGES` names the packages. The other version is the package itself with a lower version number, or the one
that `SESSIOND_PREVIOUS_PACKAGE` names.
"""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from box import Box, end
from conditions import Output
from harness import PACKAGE, lasting
from machine import ACCOUNTS, APP, SERVICE, SOCKET, SOCKETS, STATE, Installation, SystemTestCase
from packages import field, one_package, with_lower_version

PROGRAMS = ["/usr/bin/sessiond", "/usr/bin/sessionctl"]
ASKING = pathlib.Path(__file__).with_name("asking.py")
# What belongs to others and changes with every package, every user, or time; sysusers(8) locks the table of users.
OF_OTHERS = re.compile(
    r"/(proc|sys|dev|tmp|root|var/(cache|log|tmp)|var/lib/(apt|dpkg)|run/(log|systemd|dbus|lock)|etc/systemd-box)(/|$)"
    r"|/etc/(passwd|group|g?shadow|sub[ug]id)-?$|/etc/\.pwd\.lock$|/var/lib/systemd/(catalog/database|credential\.secret)$"
    r"|/run/(credentials|user|utmp)\b")

# Relocations are packed in a way that glibc knows since then: readelf(1) shows that as a version without a number.
GLIBC_VERSIONS = re.compile(r"\bGLIBC_(?:(2\.\d+)|ABI_DT_RELR)\b")
PACKED_SINCE = "2.36"


class Dependencies(unittest.TestCase):
    def test_it_asks_for_the_glibc_that_its_programs_need(self):
        package = one_package()
        asked = re.search(r"\blibc6 \(>= 2\.(\d+)\)", field(package, "Depends"))
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="sessiond-package-"))
        subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
        shown = subprocess.run(
            ["readelf", "--wide", "--version-info", *(folder + program for program in PROGRAMS)],
            check=True, capture_output=True, text=True).stdout
        needed = {found[1] or PACKED_SINCE for found in GLIBC_VERSIONS.finditer(shown)}
        self.assertIn(PACKED_SINCE, needed)
        self.assertEqual(int(asked[1]), max(int(version.split(".")[1]) for version in needed))


class Package(SystemTestCase):
    @classmethod
    def setUpClass(cls):
        package = one_package()
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sessiond-package-")))
        earlier = os.environ.get("SESSIOND_PREVIOUS_PACKAGE") or with_lower_version(package, folder)
        cls.box = cls.enterClassContext(Box.booted())
        cls.current, cls.earlier = "/root/current.deb", "/root/earlier.deb"
        cls.version, cls.earlier_version = field(package, "Version"), field(earlier, "Version")
        cls.box.copy(package, cls.current)
        cls.box.copy(earlier, cls.earlier)
        cls.box.write("/srv/asking.py", ASKING.read_text())
        cls.before = cls.listing()
        cls.install(cls.current)
        Installation.add_users(cls.box)

    def setUp(self):
        self.purge()

    @classmethod
    def apt(cls, *arguments):
        """Runs apt-get, which must not have to ask; what it prints."""
        return cls.box.do("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet", *arguments)

    @classmethod
    def install(cls, package):
        return cls.apt("install", "--allow-downgrades", package)

    def purge(self):
        """Purges it; nothing to do where it is not there."""
        self.box.do("dpkg", "--purge", "sessiond")

    @classmethod
    def listing(cls):
        """Every file of the box that no other package and no user keeps changing: kind, mode, owner, path, target."""
        lines = cls.box.do(
            "find", "/", "/run", "-xdev", "-printf", r"%p\t%y %m %u:%g %l\n", timeout=None).splitlines()
        return {line for line in lines if not OF_OTHERS.match(line.partition("\t")[0])}

    def installed_version(self):
        return self.box.do("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", "sessiond")

    def signed_in(self):
        """A daemon that knows the account, and somebody signed in; the status."""
        self.with_accounts()
        self.box.systemctl("restart", SERVICE)
        return self.sign_in()

    def active(self, *units):
        return {unit: self.box.property(unit, "ActiveState") for unit in units}

    @contextlib.contextmanager
    def asking(self, requests):
        """A client that goes on asking, with so many requests a connection; what it says."""
        process = self.box.start("python3", "-S", "/srv/asking.py", SOCKET, requests, user=APP, stderr=subprocess.STDOUT)
        try:
            yield Output(process.stdout)
        finally:
            end(process)

    def replace(self, one, other, version):
        """Installs one version, signs in, and replaces it by another under clients that go on asking."""
        self.install(one)
        status = self.signed_in()
        daemon = self.box.main_pid(SERVICE)
        with self.asking(requests=1_000_000_000) as connected, self.asking(requests=1) as coming:
            for client in (connected, coming):
                client.wait_for(f"^{status['uuid']}$")
            self.install(other)
            connected.wait_for(f"^lost\nconnected\n{status['uuid']}$")
            coming.wait_for(f"^connected\n{status['uuid']}$", len(coming.text))
        said = connected.wait_for_end() + coming.wait_for_end()
        self.assertEqual(set(said.split("\n")) - {"connected", "stopping", "lost", ""}, {status["uuid"]})
        self.assertNotIn(self.box.main_pid(SERVICE), (0, daemon))
        self.assertEqual(lasting(self.call("session.status")), lasting(status))
        self.assertEqual(set(self.active(SERVICE, *SOCKETS).values()), {"active"})

    def test_a_member_of_the_group_is_answered_by_a_daemon_that_the_socket_started(self):
        self.install(self.current)
        self.assertEqual(set(self.active(SERVICE, *SOCKETS).values()), {"active"})
        self.box.systemctl("stop", SERVICE)
        run = self.sessionctl("status")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertEqual(self.active(SERVICE), {SERVICE: "active"})

    def test_what_is_installed_is_what_make_install_installs_and_starts_at_boot(self):
        self.install(self.current)
        self.assertEqual(self.box.do("dpkg", "--verify", "sessiond"), "")
        files = self.box.do("dpkg", "--listfiles", "sessiond").splitlines()
        for unit in (PACKAGE / "systemd").glob("*.[st]*"):
            if unit.suffix in (".service", ".socket", ".target", ".timer"):
                self.assertIn(f"/lib/systemd/system/{unit.name}", files)
        for page in (PACKAGE / "man").iterdir():
            # Those of emulators, libraries and web pages are in packages of their own.
            if page.stem.startswith("session") and page.stem != "sessiond-web":
                self.assertIn(f"/usr/share/man/man{page.suffix[1:]}/{page.name}.gz", files)
        self.assertIn("/usr/share/doc/sessiond/built-from", files)
        for unit in (SERVICE, *SOCKETS):
            self.assertEqual(self.box.systemctl("is-enabled", unit).strip(), "enabled")
        self.assertEqual(self.box.run("systemctl", "is-enabled", "sessiond-metrics.timer").stdout.strip(), "disabled")

    def test_nothing_of_web_pages_is_there_without_their_package_and_no_port_is_open(self):
        self.install(self.current)
        self.signed_in()
        added = [line.partition("\t")[0] for line in self.listing() - self.before]
        self.assertIn("/usr/bin/sessiond", added)
        self.assertEqual([path for path in added if re.search("web|chromium|mozilla|native-messaging", path)], [])
        self.assertEqual(
            self.box.shell("tail -qn +2 /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6"), "")

    def test_a_device_needs_no_swift(self):
        self.install(self.current)
        libraries = {}
        for program in PROGRAMS:
            linked = self.box.do("ldd", program)
            self.assertNotIn("not found", linked)
            libraries[program] = re.findall(r"(?m)^\s+(\S+)\.so\S* =>", linked)
            self.assertIn("libc", libraries[program])
        self.assertEqual(self.box.do("find", "/", "-xdev", "-iname", "*swift*", "-path", "*lib*", timeout=None), "")
        self.print_sizes(libraries)

    def print_sizes(self, libraries):
        """Figures, no limits."""
        sizes = dict(zip(PROGRAMS, self.box.do("stat", "--format=%s", *PROGRAMS).split(), strict=True))
        for program, names in libraries.items():
            print(f"{program}: {int(sizes[program]):,} bytes; links {', '.join(names)}")
        files = self.box.shell(
            'dpkg --listfiles sessiond | while read -r f; do [ ! -f "$f" ] || stat --format=%s "$f"; done')
        package = int(self.box.do("stat", "--format=%s", self.current))
        print(f"package: {package:,} bytes; {len(files.split())} files of {sum(map(int, files.split())):,} bytes")

    def test_an_upgrade_keeps_the_session_and_refuses_nobody(self):
        self.replace(self.earlier, self.current, self.version)

    def test_a_downgrade_keeps_the_session_and_refuses_nobody(self):
        self.replace(self.current, self.earlier, self.earlier_version)

    def test_an_upgrade_starts_nothing_that_an_administrator_has_stopped_for_good(self):
        self.install(self.earlier)
        units = [unit for unit in (SERVICE, *SOCKETS) if self.box.property(unit, "LoadState") == "loaded"]
        self.box.systemctl("disable", "--now", *units)
        self.install(self.current)
        self.assertEqual(set(self.active(*units).values()), {"inactive"})
        for unit in units:
            self.assertEqual(self.box.run("systemctl", "is-enabled", unit).stdout.strip(), "disabled")

    def test_an_upgrade_asks_nothing_and_keeps_what_an_administrator_has_written(self):
        self.install(self.earlier)
        self.box.write("/etc/sessiond/sessiond.conf", "[Local]\nTokenLifetimeSec=2h\n")
        self.install(self.current)
        self.assertEqual(self.box.read("/etc/sessiond/sessiond.conf"), "[Local]\nTokenLifetimeSec=2h\n")
        self.assertIn("TokenLifetimeSec=2h", self.box.do("sessionctl", "config", "show"))

    def test_a_removal_stops_everything_and_keeps_the_session_for_the_next_installation(self):
        self.install(self.current)
        status = self.signed_in()
        # Of those that are not enabled by themselves.
        self.box.systemctl("enable", "--now", "sessiond-metrics.timer")
        self.apt("remove", "sessiond")
        self.assertEqual(self.box.systemctl("list-units", "--plain", "--no-legend", "sessiond*"), "")
        self.assertEqual(self.box.run("pgrep", "--euid", "sessiond").stdout, "")
        self.assertEqual(self.box.shell("ls -d /run/sessiond* 2>/dev/null || true"), "")
        self.box.do("test", "-e", f"{STATE}/session.0", "-a", "-e", ACCOUNTS)
        self.install(self.current)
        self.assertEqual(lasting(self.call("session.status")), lasting(status))
        # The purge of what is removed is complete as well.
        self.apt("remove", "sessiond")
        self.purge()
        self.assertEqual(self.listing(), self.before)

    def test_a_purge_leaves_nothing_but_the_user_and_the_groups_and_the_next_customer_is_another(self):
        self.install(self.current)
        uuid = self.signed_in()["uuid"]
        self.assertNotEqual(self.listing(), self.before)
        self.purge()
        self.assertEqual(self.listing(), self.before)
        self.assertEqual(self.box.systemctl("list-units", "--all", "--plain", "--no-legend", "sessiond*"), "")
        self.assertEqual(self.box.run("getent", "passwd", "sessiond").returncode, 0)
        self.install(self.current)
        status = self.call("session.status")
        self.assertNotEqual(status["uuid"], uuid)
        self.assertFalse(status["signedIn"])

    def test_a_purge_empties_a_folder_that_is_a_file_system_of_its_own(self):
        self.install(self.current)
        self.box.systemctl("stop", SERVICE)
        self.on_tmpfs()
        self.addCleanup(self.box.shell, 'umount "$1"; rm -r "$1"', STATE)
        self.signed_in()
        self.assertNotEqual(self.box.do("ls", STATE), "")
        self.purge()
        self.assertEqual(self.box.do("ls", "--almost-all", STATE), "")

    def test_an_image_gets_neither_a_daemon_nor_a_key_before_its_first_boot(self):
        # As in a chroot where an image is made: /run is empty, there is no manager to ask.
        self.box.shell(
            'unshare --mount sh -euc "mount -t tmpfs tmpfs /run; apt-get --yes install $1"', self.current)
        self.assertEqual(set(self.active(SERVICE, *SOCKETS).values()), {"inactive"})
        self.assertEqual(self.box.shell("ls -d /var/lib/sessiond* 2>/dev/null || true"), "")
        for unit in (SERVICE, *SOCKETS):
            self.assertEqual(self.box.systemctl("is-enabled", unit).strip(), "enabled")
        self.box.systemctl("daemon-reload")
        self.box.systemctl("start", "sockets.target", *SOCKETS)
        self.assertEqual(self.sessionctl("status").returncode, 0)

    def test_the_journal_explains_entries_while_it_is_installed(self):
        explained = re.findall(r"(?m)^-- (\w{32})$", (PACKAGE / "systemd" / "sessiond.catalog").read_text())
        self.assertTrue(explained)
        self.install(self.current)
        listed = self.box.do("journalctl", "--list-catalog")
        for message_id in explained:
            self.assertIn(message_id, listed)
        self.purge()
        self.assertNotIn(explained[0], self.box.do("journalctl", "--list-catalog"))


if __name__ == "__main__":
    unittest.main()
