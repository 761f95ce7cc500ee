# SPDX-License-Identifier: Apache-2.0
"""`sessionctl access explain`: what a caller may do, by which line; without a daemon.

That it says of every caller what the daemon does is in test_access.py.
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import unittest

from conditions import (
    ADMIN_GROUP, APP_USER, OTHER_GROUP, OTHER_USER, OVERFLOW_ID, SESSION_GROUP, name_accounts, running_as,
)
from harness import BINARIES, PATIENCE_SECONDS

ALL = ["identity.read", "profile.read", "token.read", "session.touch", "signIn.show", "session.write", "admin"]
APP = ALL[:-1]
DEFAULT_RULE = f"{','.join(APP)} group:sessiond"


def setUpModule():
    name_accounts()


class ExplainTestCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        self.folder.chmod(0o755)
        self.socket_path = self.folder / "s"
        self.config_path = self.folder / "sessiond.conf"
        self.drop_in = self.folder / "sessiond.conf.d" / "till.conf"
        self.config_path.write_text("")

    def run_explain(self, *arguments, before=()):
        return subprocess.run(
            [*before, BINARIES / "sessionctl", "--socket", self.socket_path, "access", "explain", "--config",
             self.config_path, *map(str, arguments)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS, cwd="/")

    def explain(self, *arguments, before=()):
        """What it says in JSON."""
        done = self.run_explain("--json", *arguments, before=before)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def shown(self, *arguments):
        """What it says to people, each answer on one line."""
        return re.sub(r"\n +", " ", self.run_explain(*arguments).stdout)

    def granted(self, *arguments, **options):
        return [entry["capability"] for entry in self.explain(*arguments, **options)["capabilities"]
                if entry["granted"]]

    def entry(self, capability, *arguments):
        return next(entry for entry in self.explain(*arguments)["capabilities"] if entry["capability"] == capability)


class Lines(ExplainTestCase):
    def setUp(self):
        super().setUp()
        self.config_path.write_text(
            "# Who may do what.\n[Access]\nAllow=token.read user:till-app\n"
            f"Allow=identity.read \\\n  group:{OTHER_GROUP}\n")
        self.drop_in.parent.mkdir()
        self.drop_in.write_text("[Access]\nAllow=token.read,session.touch any\n")

    def test_each_line_that_grants_it_is_named_with_its_file(self):
        found = self.entry("token.read", "--user", "till-app", "--group", "sessiond")
        self.assertEqual(found, {"capability": "token.read", "granted": True, "by": [
            {"origin": "default", "rule": DEFAULT_RULE},
            {"origin": f"{self.config_path}:3", "rule": "token.read user:till-app", "file": str(self.config_path),
             "line": 3},
            {"origin": f"{self.drop_in}:2", "rule": "token.read,session.touch any", "file": str(self.drop_in),
             "line": 2},
        ]})

    def test_a_continued_line_counts_from_its_beginning(self):
        found = self.entry("identity.read", "--group", OTHER_GROUP)
        self.assertEqual([each["line"] for each in found["by"]], [4])

    def test_what_is_missing_comes_with_the_line_that_would_grant_it(self):
        for arguments, line in [
            (["--user", "till-app"], "Allow=admin user:till-app"),
            (["--user", OTHER_USER], f"Allow=admin user:{OTHER_USER}"),
            (["--group", "till-apps"], "Allow=admin group:till-apps"),
        ]:
            found = self.entry("admin", *arguments)
            self.assertEqual(found, {"capability": "admin", "granted": False, "by": [], "missing": line})
            # And it does.
            before = self.drop_in.read_text()
            self.drop_in.write_text(f"{before}{line}\n")
            self.assertEqual(self.entry("admin", *arguments)["by"][0]["line"], 3)
            self.drop_in.write_text(before)

    def test_on_behalf_of_pages_it_takes_a_line_for_them_too(self):
        self.drop_in.write_text(
            "[Access]\nAllowOrigin=token.read,signIn.show https://till.example.com\n"
            "AllowOrigin=identity.read https://menu.example.com\n")
        arguments = ["--user", "till-app", "--origin", "https://till.example.com"]
        self.assertEqual(self.explain(*arguments)["onBehalfOf"], {"origin": "https://till.example.com"})
        self.assertEqual(self.granted(*arguments), ["token.read"])
        line = {"origin": f"{self.drop_in}:2", "rule": "token.read,signIn.show https://till.example.com",
                "file": str(self.drop_in), "line": 2}
        self.assertEqual(self.entry("token.read", *arguments)["byOrigin"], [line])
        self.assertEqual(self.entry("signIn.show", *arguments), {
            "capability": "signIn.show", "granted": False, "by": [], "missing": "Allow=signIn.show user:till-app",
            "byOrigin": [line]})
        self.assertEqual(
            self.entry("identity.read", *arguments)["missingOrigin"],
            "AllowOrigin=identity.read https://till.example.com")
        self.assertNotIn("missingOrigin", self.entry("admin", *arguments))
        self.assertEqual(self.granted("--user", 0, "--origin", "https://menu.example.com"), ["identity.read"])
        self.assertEqual(self.shown(*arguments), "".join(f"{line}\n" for line in [
            f"User:          till-app ({APP_USER})",
            f"Groups:        {APP_USER}",
            "Origin:        https://till.example.com",
            f"Configuration: {self.config_path}, {self.drop_in}",
            "identity.read: no; in [Access] this would let its pages have it: "
            "AllowOrigin=identity.read https://till.example.com; and the user: "
            "no; in [Access] this would grant it: Allow=identity.read user:till-app",
            "profile.read:  no; in [Access] this would let its pages have it: "
            "AllowOrigin=profile.read https://till.example.com; and the user: "
            "no; in [Access] this would grant it: Allow=profile.read user:till-app",
            f"token.read:    yes, by {self.config_path}:3: Allow=token.read user:till-app",
            f"token.read:    yes, by {self.drop_in}:2: AllowOrigin=token.read,signIn.show https://till.example.com",
            "session.touch: no; in [Access] this would let its pages have it: "
            "AllowOrigin=session.touch https://till.example.com; and the user: "
            "no; in [Access] this would grant it: Allow=session.touch user:till-app",
            "signIn.show:   no; in [Access] this would grant it: Allow=signIn.show user:till-app",
            "session.write: no; in [Access] this would let its pages have it: "
            "AllowOrigin=session.write https://till.example.com; and the user: "
            "no; in [Access] this would grant it: Allow=session.write user:till-app",
            "admin:         no: pages never have it",
        ]))
        done = self.run_explain("--origin", "https://Till.example.com/")
        self.assertEqual(done.returncode, 64)
        self.assertIn("write https://till.example.com", done.stderr)

    def test_for_people(self):
        done = self.run_explain("--user", "till-app")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.shown("--user", "till-app"), "".join(f"{line}\n" for line in [
            f"User:          till-app ({APP_USER})",
            f"Groups:        {APP_USER}",
            f"Configuration: {self.config_path}, {self.drop_in}",
            "identity.read: no; in [Access] this would grant it: Allow=identity.read user:till-app",
            "profile.read:  no; in [Access] this would grant it: Allow=profile.read user:till-app",
            f"token.read:    yes, by {self.config_path}:3: Allow=token.read user:till-app",
            f"token.read:    yes, by {self.drop_in}:2: Allow=token.read,session.touch any",
            f"session.touch: yes, by {self.drop_in}:2: Allow=token.read,session.touch any",
            "signIn.show:   no; in [Access] this would grant it: Allow=signIn.show user:till-app",
            "session.write: no; in [Access] this would grant it: Allow=session.write user:till-app",
            "admin:         no; in [Access] this would grant it: Allow=admin user:till-app",
        ]))

    def test_lines_are_as_wide_as_a_terminal_and_those_of_a_file_stay_whole(self):
        self.config_path.write_text("[Access]\nAllow=token.read user:till-app\n")
        text = self.run_explain("--user", "till-app").stdout
        self.assertTrue(all(len(line) <= 80 or "Allow=" in line for line in text.splitlines()), text)
        self.assertGreater(max(map(len, self.shown("--user", "till-app").splitlines())), 80)
        self.assertIn(f"{self.config_path}:2:", text)
        self.assertRegex(text, r"\n +Allow=profile\.read user:till-app\n")
        self.assertIn("Allow=token.read user:till-app\n", text)

    def test_quietly(self):
        done = self.run_explain("--quiet", "--user", "till-app")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_an_empty_line_takes_away_what_is_before_it(self):
        self.drop_in.write_text("[Access]\nAllow=\nAllow=session.touch any\n")
        self.assertEqual(self.granted("--user", "till-app", "--group", "sessiond"), ["session.touch"])

    def test_a_line_for_nobody_is_warned_of(self):
        self.drop_in.write_text("[Access]\nAllow=all group:no-such-group\nAllow=token.read group:no-such-group\n")
        done = self.run_explain("--user", "till-app")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(
            done.stderr,
            f"warning: {self.drop_in}:2, {self.drop_in}:3 grants nothing: there is no such name as the group "
            "no-such-group\n")


class Callers(ExplainTestCase):
    def test_a_user_has_the_groups_of_the_account_and_those_that_are_added(self):
        for arguments, wanted in [
            (["--user", "root"], ALL), (["--user", 0], ALL), (["--user", "till-app"], []),
            (["--user", "till-app", "--group", "sessiond"], APP), (["--group", SESSION_GROUP], APP),
            (["--group", "till-apps", "--group", "sessiond-admin"], ALL), (["--group", "till-apps"], []),
            (["--user", "till-app", "--group", ADMIN_GROUP], ALL),
        ]:
            with self.subTest(arguments):
                self.assertEqual(self.granted(*arguments), wanted)

    def test_without_a_user_and_a_group_it_is_about_the_caller(self):
        for uid, gid, groups, wanted in [
            (OTHER_USER, OTHER_USER, (), []), (OTHER_USER, OTHER_USER, (SESSION_GROUP,), APP),
            (OTHER_USER, ADMIN_GROUP, (), ALL), (0, 0, (), ALL),
        ]:
            with self.subTest(uid=uid, gid=gid, groups=groups):
                found = self.explain(before=running_as(uid, gid, groups))
                self.assertEqual([each["capability"] for each in found["capabilities"] if each["granted"]], wanted)
                self.assertEqual(found["user"]["id"], uid)
                self.assertEqual([each["id"] for each in found["groups"]], sorted({gid, *groups}))

    def test_no_line_helps_a_user_who_could_be_anybody(self):
        self.config_path.write_text("[Access]\nAllow=all any\n")
        found = self.entry("admin", "--user", OVERFLOW_ID)
        self.assertEqual(found, {"capability": "admin", "granted": False, "by": []})

    def test_root_needs_no_line(self):
        self.assertEqual(self.entry("admin", "--user", "root")["by"], [{"origin": "root"}])

    def test_who_does_not_exist_is_named(self):
        for arguments, text in [
            (["--user", "no-such-user"], "there is no user no-such-user"),
            (["--group", "no-such-group"], "there is no group no-such-group"),
            (["--user", "4294967296"], "there is no user 4294967296"), (["--group", ""], "there is no group "),
        ]:
            with self.subTest(arguments):
                done = self.run_explain(*arguments)
                self.assertEqual((done.returncode, done.stdout), (67, ""))
                self.assertEqual(done.stderr.splitlines()[0], f"error: {text}")


class Socket(ExplainTestCase):
    def test_who_may_connect_is_the_sockets_to_say(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.socket_path))
            os.chown(self.socket_path, 0, SESSION_GROUP)
            self.socket_path.chmod(0o660)
            for arguments, may in [
                (["--user", "till-app"], False), (["--user", "till-app", "--group", "sessiond"], True),
                (["--user", "root"], True), (["--group", "sessiond"], True), (["--group", "sessiond-admin"], False),
            ]:
                with self.subTest(arguments):
                    found = self.explain(*arguments)["socket"]
                    self.assertEqual((found["path"], found["mayConnect"]), (str(self.socket_path), may))
                    self.assertEqual("remedy" in found, not may)
            unit = "in a unit: SupplementaryGroups=sessiond"
            for arguments, remedy in [
                (["--user", "till-app"], f"usermod -aG sessiond till-app, then a new login; {unit}"),
                (["--group", "till-apps"], unit),
            ]:
                self.assertIn(
                    f"\nSocket:        {self.socket_path}, for the group sessiond alone: "
                    f"may not connect, whatever the lines say ({remedy})\n", self.shown(*arguments))

    def test_what_closes_the_way_to_a_socket_is_named_with_what_opens_it(self):
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.socket_path))
            self.socket_path.chmod(0o600)
            self.assertEqual(
                self.explain("--user", "till-app")["socket"]["remedy"],
                "run it as root, or let a group in: sessiond --socket-group GROUP")
            self.socket_path.chmod(0o666)
            self.assertTrue(self.explain("--user", "till-app")["socket"]["mayConnect"])
            self.folder.chmod(0o750)
            found = self.explain("--user", "till-app")["socket"]
            self.assertFalse(found["mayConnect"])
            self.assertIn(f"the folder {self.folder} is closed to them", found["remedy"])

    def test_the_files_that_were_read_are_named(self):
        self.assertEqual(self.explain()["files"], [str(self.config_path)])

    def test_both_sockets_are_judged(self):
        observers = self.folder / "observer.sock"
        with socket.socket(socket.AF_UNIX) as apps, socket.socket(socket.AF_UNIX) as other:
            for listener, path, group in [(apps, self.socket_path, SESSION_GROUP), (other, observers, OTHER_GROUP)]:
                listener.bind(str(path))
                os.chown(path, 0, group)
                path.chmod(0o660)
            found = self.explain("--user", "till-app", "--group", "till-apps")
            self.assertEqual(
                (found["socket"]["mayConnect"], found["observerSocket"]),
                (False, {"path": str(observers), "mayConnect": True}))
            self.assertEqual(
                [each["capability"] for each in found["capabilities"] if each.get("byObserverSocket")],
                ["identity.read"])
            self.config_path.write_text("[Access]\nAllow=identity.read,token.read user:till-app\n")
            shown = self.shown("--user", "till-app", "--group", "till-apps")
            self.assertIn(f"\nFor observers: {observers}, for the group till-apps alone: may connect\n", shown)
            self.assertIn(f"\nidentity.read: yes, on {observers}\n", shown)
            self.assertIn(f"\ntoken.read:    no, since the socket is closed: by {self.config_path}:2: ", shown)
            # Who may use both has it by both.
            shown = self.shown("--user", "till-app", "--group", "till-apps", "--group", "sessiond")
            self.assertIn(f"\nidentity.read: yes, by {self.config_path}:2: ", shown)
            self.assertIn(f"\nidentity.read: yes, on {observers}\n", shown)

    def test_without_a_socket_nothing_is_said_of_it(self):
        self.assertNotIn("socket", self.explain("--user", "till-app"))


class Files(ExplainTestCase):
    def test_what_cannot_be_used_is_named_with_its_line(self):
        self.config_path.write_text("[Access]\nAllow=everything any\n")
        done = self.run_explain("--user", "till-app")
        self.assertEqual((done.returncode, done.stdout), (78, ""))
        self.assertIn(f"{self.config_path}:2: Allow=", done.stderr)

    def test_a_file_that_is_not_there_is_named(self):
        self.config_path.unlink()
        done = self.run_explain()
        self.assertEqual((done.returncode, done.stdout), (78, ""))
        self.assertIn(str(self.config_path), done.stderr)


if __name__ == "__main__":
    unittest.main()
