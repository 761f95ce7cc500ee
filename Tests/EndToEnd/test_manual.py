# SPDX-License-Identifier: Apache-2.0
"""The manual and the journal message catalog, against the real programs and the tools that read them."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from harness import BINARIES, PACKAGE, PATIENCE_SECONDS, DaemonTestCase, hashed
from manual import Page, displays, entries, pages, plain

ANNA, PASSWORD = "anna@example.com", "anna's"
CATALOG = PACKAGE / "systemd" / "sessiond.catalog"
# What examples name that is on a device.
MISSING = re.compile(r"^error: .*=/etc/sessiond/.*: No such file or directory|^warning: .*there is no such name as ")


def run(*command, **environment):
    """Runs a tool to its end, in a locale that has more than ASCII."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run(
        list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        env=environment)


class Catalog(unittest.TestCase):
    def test_journalctl_takes_every_entry(self):
        root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        folder = root / "usr" / "lib" / "systemd" / "catalog"
        folder.mkdir(parents=True)
        (folder / CATALOG.name).write_bytes(CATALOG.read_bytes())
        made = run("journalctl", "--root", root, "--update-catalog")
        self.assertEqual((made.returncode, made.stderr), (0, ""))
        listed = run("journalctl", "--root", root, "--list-catalog")
        self.assertEqual((listed.returncode, listed.stderr), (0, ""))
        subjects = re.findall(r"^-- (\w{32})\nSubject: (.+)$", CATALOG.read_text(), re.MULTILINE)
        self.assertEqual(
            sorted(listed.stdout.splitlines()), sorted(f"{name} sessiond: {subject}" for name, subject in subjects))
        self.assertEqual(len(subjects), CATALOG.read_text().count("\n-- "))


class Source(unittest.TestCase):
    # They are about the machine that looks, not about the page.
    NOT_INSTALLED = re.compile(r"referenced manual not found: |outdated mandoc.db lacks ")

    def test_mandoc_and_man_find_nothing_to_say(self):
        for page in pages():
            with self.subTest(page.name):
                checked = run("mandoc", "-T", "lint", page.path)
                said = (checked.stdout + checked.stderr).splitlines()
                self.assertEqual([line for line in said if not self.NOT_INSTALLED.search(line)], [])
                shown = run("man", "-l", "--warnings=w", page.path, MANROFFSEQ="", MANWIDTH="80")
                self.assertEqual((shown.returncode, shown.stderr), (0, ""))
                self.assertGreater(len(shown.stdout.splitlines()), 20)

    def test_pages_fit_a_terminal(self):
        for page in pages():
            for line in run("man", "-l", page.path, MANWIDTH="80").stdout.splitlines():
                with self.subTest(page.name):
                    self.assertLessEqual(len(line), 80, line)

    def test_what_a_page_refers_to_is_there(self):
        own = {page.name for page in pages()}
        for page in pages():
            with self.subTest(page.name):
                self.assertEqual({name for name in page.references if name.startswith("session")} - own, set())
                self.assertTrue(page.references & own)
                titles = set(re.findall(r"^\.S[hs] (.+)$", page.text, re.MULTILINE))
                named = re.findall(r"^\.Sx (.+?)(?: [.,;:])?$", page.text, re.MULTILINE)
                self.assertEqual(set(named) - titles, set())


def commands(program):
    """The parameters of each command of a program, as its own help has them: {words: {option or <argument>: value}}."""
    dumped = run(BINARIES / program, "--experimental-dump-help")
    assert dumped.returncode == 0, dumped.stderr
    found = {}

    def collect(command, words):
        found[words] = {}
        for argument in command.get("arguments", []):
            names = [name["name"] for name in argument.get("names", []) if name["kind"] == "long"]
            takes_value = argument["kind"] == "option"
            found[words].update({name: argument["valueName"] if takes_value else None for name in names})
            if argument["kind"] == "positional" and argument["valueName"] != "subcommands":
                found[words][f"<{argument['valueName']}>"] = None
        inside = [each for each in command.get("subcommands", []) if each["commandName"] != "help"]
        for each in inside:
            collect(each, (*words, each["commandName"]))
        if inside and words:
            del found[words]

    collect(json.loads(dumped.stdout)["command"], ())
    return found


def options(page):
    """The options that a page has in its own section."""
    return {name: value for entry in page.entries("OPTIONS") for name, value in entry.options.items()}


class Commands(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.page = Page("sessionctl.1")
        self.verbs = self.page.entries("VERBS")
        self.commands = commands("sessionctl")

    def test_sessionctl_has_the_options_of_its_page(self):
        self.assertEqual(options(self.page), self.commands[()])

    def test_the_help_is_one_screen_with_every_verb(self):
        shown = run(BINARIES / "sessionctl", "--help").stdout
        lines = shown.splitlines()
        self.assertLessEqual(len(lines), 50)
        self.assertLessEqual(max(map(len, lines)), 79)
        words = set(re.split(r"[ ,\n]", shown))
        self.assertEqual({verb[0] for verb in self.commands if verb} - words, set())

    def test_an_emulator_has_the_options_of_its_page(self):
        for name in ("synerise-emulator", "openid-emulator"):
            with self.subTest(name):
                self.assertEqual({(): options(Page(f"{name}.1"))}, commands(name))

    def test_the_daemon_has_the_options_of_its_page(self):
        page = Page("sessiond.8")
        verbs = {tuple(entry.arguments("Cm")): entry.parameters for entry in page.entries("COMMANDS")}
        found = commands("sessiond")
        for words in verbs:
            # As every command has it.
            del found[words]["help"], found[words]["version"]
        self.assertEqual({(): options(page), **verbs}, found)
        shown = set(re.findall(r"Fl -(\S+)", "\n".join(page.section("SYNOPSIS"))))
        self.assertEqual(shown, set(options(page)).union(*verbs.values()) - {"help", "version"})

    def test_sessionctl_has_the_verbs_of_its_page_each_with_its_options(self):
        everywhere = self.commands[()]
        for_people = {
            words: {name: value for name, value in options.items() if name not in everywhere}
            for words, options in self.commands.items() if words}
        documented = {
            tuple(" ".join(entry.arguments("Cm")).split()): entry.parameters
            for entry in self.verbs if entry.head[0] == "Cm"}
        self.assertEqual(documented, for_people)

    def test_every_option_of_a_verb_is_explained(self):
        shared = set()
        for entry in self.verbs:
            if entry.head[0] == "Fl":
                shared |= set(entry.parameters)
        used = set()
        for entry in self.verbs:
            if entry.head[0] == "Cm":
                own = set().union(*(each.parameters for each in entries(entry.lines)))
                with self.subTest(entry.head):
                    self.assertLessEqual(own, set(entry.parameters))
                    self.assertLessEqual(set(entry.parameters) - own, shared)
                used |= set(entry.parameters)
        self.assertLessEqual(shared, used)


class Procedures(unittest.TestCase):
    """What administrators are told to type is typed by a test: here, or on a booted device."""

    TESTS = "\n".join(path.read_text() for path in sorted((PACKAGE / "Tests" / "System").glob("test_*.py")))

    def test_each_of_what_to_do_when_is_carried_out_on_a_device(self):
        page = Page("sessiond.8")
        procedures = {plain(" ".join(entry.head)): displays(entry.lines) for entry in page.entries("WHAT TO DO WHEN")}
        told = {what for what, shown in procedures.items() if shown}
        self.assertGreater(len(told), 4)
        self.assertEqual({what for what in told if f'"{what}"' not in self.TESTS}, set())
        self.assertEqual(sum(map(len, procedures.values())), len(page.examples("WHAT TO DO WHEN")))

    def test_each_display_for_integrators_is_carried_out(self):
        tests = {
            "sessiond-container.7": self.TESTS + (PACKAGE / "Tests" / "EndToEnd" / "test_containers.py").read_text(),
            "sessiond-image.7": self.TESTS + (PACKAGE / "Tests" / "System" / "images.py").read_text()}
        for name, texts in tests.items():
            page = Page(name)
            titles = [title for title in re.findall(r"^\.Sh (.+)$", page.text, re.MULTILINE) if page.examples(title)]
            self.assertGreater(len(titles), 2)
            for title in titles:
                with self.subTest(name, title=title):
                    self.assertIn(f'PAGE.examples("{title}")', texts)

    def test_each_other_display_is_carried_out_on_a_device(self):
        page = Page("sessiond.8")
        for title in re.findall(r"^\.Sh (.+)$", page.text, re.MULTILINE):
            if page.examples(title) and title != "WHAT TO DO WHEN":
                with self.subTest(title):
                    call = "examples()" if title == "EXAMPLES" else f'examples("{title}")'
                    self.assertIn(call, self.TESTS)


class Methods(DaemonTestCase):
    def test_the_page_says_which_methods_are_not_in_this_version(self):
        page = Page("sessiond-protocol.7")
        for entry in page.entries("METHODS"):
            for method in entry.arguments("Ic"):
                with self.subTest(method):
                    # A watch has events follow.
                    client = self.daemon.client()
                    client.send(client.request(method))
                    error = client.read_response().get("error", {})
                    isMissing = error.get("message") == f"{method} is not supported by this daemon"
                    self.assertEqual("Not in this version:" in entry.lines, isMissing)


class Examples(DaemonTestCase):
    """They do what the page says, typed as they are, but for the paths."""

    accounts = {ANNA: hashed(PASSWORD, 1000)}

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        (self.folder / "pw.txt").write_text(PASSWORD + "\n")
        programs = self.folder / "bin"
        programs.mkdir()
        for name in ("sessiond", "sessionctl"):
            (programs / name).symlink_to(BINARIES / name)
        # Nobody is asked: what would be sent is shown.
        (programs / "curl").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\ncat\n')
        (programs / "curl").chmod(0o755)
        self.environment = {
            "PATH": f"{programs}:{os.environ.get('PATH', '/usr/bin:/bin')}",
            "SESSIOND_SOCKET": str(self.daemon.socket_path),
        }

    def type(self, text, *interpreter):
        """What an example prints."""
        text = text.replace("/tmp/", f"{self.folder}/")
        text = text.replace("/run/sessiond/sessiond.sock", str(self.daemon.socket_path))
        typed = subprocess.run(
            [*(interpreter or ("bash", "-c")), text], cwd=self.folder, env=self.environment, capture_output=True,
            stdin=subprocess.DEVNULL, text=True, timeout=PATIENCE_SECONDS)
        self.assertEqual(typed.returncode, 0, (text, typed.stdout, typed.stderr))
        return typed.stdout

    def test_sessionctl(self):
        header, executed, greeting, in_and_out, phone, guarded, cases = Page("sessionctl.1").examples()
        token = self.client.call("session.retrieveToken")["token"]
        self.assertEqual(self.type(header), f"-H\n@-\nhttps://api.example.com/\nAuthorization: Bearer {token}\n")
        self.assertEqual(self.type(executed), f"{len(token)}\n")
        self.assertEqual(self.type(greeting), "")
        self.assertEqual(self.type(cases), "nobody is signed in\n")
        # Here nobody can.
        self.assertEqual(self.type(phone), "")
        self.client.call("session.signIn", email=ANNA, password=PASSWORD)
        self.assertEqual(self.type(greeting), f"Hello, {ANNA}\n")
        self.assertEqual(self.type(cases), "ready\n")
        self.assertEqual(self.type(guarded).strip(), self.client.call("session.getUUID")["uuid"])
        shown = self.type(in_and_out)
        self.assertIn(ANNA, shown)
        self.assertRegex(shown, r"(?m)^Changed: +yes$")
        self.assertFalse(self.client.call("session.status")["signedIn"])

    def test_a_whole_exchange(self):
        request, answer = Page("sessiond-protocol.7").examples("DESCRIPTION")[0].splitlines()
        self.client.send_raw(request.encode() + b"\n")
        self.assertEqual(self.client.read_line().decode(), answer)

    def test_a_client_in_five_minutes(self):
        python, shell = Page("sessiond-protocol.7").examples("A CLIENT IN FIVE MINUTES")
        uuid = self.client.call("session.getUUID")["uuid"]
        self.assertRegex(self.type(python, sys.executable, "-c"), rf"^a token of {uuid} until 2\S+Z\nnotSignedIn\n$")
        self.assertEqual(json.loads(self.type(shell))["result"]["uuid"], uuid)

    def test_a_daemon_to_try(self):
        start = Page("sessiond.8").examples()[0]
        shown = self.type(start + "kill $!\nwait $! || exit\n")
        self.assertRegex(shown, r"(?m)^State: +(none|anonymous)$")
        self.assertNotIn(self.client.call("session.getUUID")["uuid"], shown)

    def test_configurations(self):
        examples = Page("sessiond.conf.5").examples() + [
            example for title in ("DESCRIPTION", "PROVIDERS") for example in Page("sessiond-openid.7").examples(title)]
        files = [text for text in examples if text.startswith("[")]
        self.assertGreater(len(files), 12)
        for text in files:
            with self.subTest(text):
                (self.folder / "tried.conf").write_text(text)
                checked = self.daemon.sessionctl("config", "check", "--config", self.folder / "tried.conf")
                # Nothing but what is on a device, and not here: files, users and groups.
                self.assertEqual([line for line in checked.stderr.decode().splitlines() if not MISSING.search(line)], [])
                self.assertEqual(checked.returncode, 78 if b"error: " in checked.stderr else 0)


if __name__ == "__main__":
    unittest.main()
