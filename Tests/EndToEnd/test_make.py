# SPDX-License-Identifier: Apache-2.0
"""The Makefile: what each target asks to have installed, and how the parts of `make test` run side by side."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from harness import PACKAGE, PATIENCE_SECONDS

PARTS = PACKAGE / "Tests" / "Support" / "parts.py"
TO_BUILD = {"g++", "libcrypt-dev", "libsystemd-dev", "make", "pkg-config"}
TO_BUILD_EVERYTHING = TO_BUILD | {"libcurl4-openssl-dev"}
TO_BUILD_C = {"gcc", "libc6-dev", "libjansson-dev", "make", "pkg-config"}
TO_MAKE_PACKAGES = {"debhelper", "dh-python", "dpkg-dev", "python3"}
# What a make around this one tells its programs, and what the variables on its command line are to them.
OF_MAKE = {"MAKE", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "BUILT", "SECONDS"}


def run(*command, cwd=PACKAGE):
    """Runs a command, whatever its status; a make around this one does not reach it."""
    own = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    return subprocess.run(command, cwd=cwd, env=own, capture_output=True, text=True, timeout=PATIENCE_SECONDS)


def would_do(*arguments):
    """What a make would do with these arguments."""
    done = run("make", "--dry-run", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needed(*arguments):
    """The packages that it would install where they are missing."""
    return {name for line in re.findall(r"(?m)^Packaging/need (.*)$", would_do(*arguments)) for name in line.split()}


class Needs(unittest.TestCase):
    def test_a_walk_needs_what_it_is_built_with_and_what_it_starts(self):
        self.assertEqual(needed("run"), TO_BUILD | {"openssl", "systemd"})
        self.assertEqual(
            needed("run", "AUTHORITY=synerise"), TO_BUILD_EVERYTHING | {"openssl", "systemd", "libcurl4"})

    def test_what_builds_needs_no_more_than_that(self):
        self.assertEqual(needed("lint"), set())
        self.assertEqual(needed("build"), TO_BUILD)
        self.assertEqual(needed("build-emulators"), TO_BUILD_EVERYTHING)
        self.assertEqual(needed("deb"), TO_BUILD_EVERYTHING | TO_BUILD_C | TO_MAKE_PACKAGES)
        self.assertEqual(needed("deb-daemon"), TO_BUILD | TO_MAKE_PACKAGES)
        self.assertEqual(needed("lint-deb"), TO_BUILD_EVERYTHING | TO_BUILD_C | TO_MAKE_PACKAGES | {"lintian"})
        self.assertEqual(needed("rpm"), TO_BUILD | {"rpm", "xz-utils"})
        self.assertEqual(needed("lint-rpm"), needed("rpm") | {"rpmlint"})

    def test_each_test_needs_what_it_uses(self):
        for target, named, another in (
                ("unit-test", "openssl", "zsh"), ("end-to-end-test", "zsh", "mmdebstrap"), ("fuzz", "python3", "openssl"),
                ("app-test", "openssl", "fish"), ("system-test", "mmdebstrap", "nginx-light"),
                ("reboot-test", "mmdebstrap", "g++"), ("deb-arm64", "mmdebstrap", "g++"), ("instructions", "valgrind", "strace"),
                ("bench", "redis-server", "lintian")):
            with self.subTest(target=target):
                self.assertIn(named, needed(target))
                self.assertNotIn(another, needed(target))

    def test_a_package_build_installs_nothing(self):
        self.assertEqual(needed("build", "NEED=:"), set())


class Whole(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Not over the output of the parts of which this may be one.
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sd-"))
        cls.shown = would_do("test", f"PARTS_LOGS={folder}", "IS_ROOT=yes")
        cls.shown_without_root = would_do("test", f"PARTS_LOGS={folder}", "IS_ROOT=", "NEED=true")

    FOR_ROOT = {"box", "end-to-end-test", "system-test"}
    FOR_ANYBODY = {
        "app-test", "browser-test", "build-device", "conformance-test", "fuzz", "instructions", "javascript-test", "lint",
        "python-test", "unit-test"}

    def parts(self, shown):
        return set(re.findall(r"(?m)^==== (\S+) succeeded", shown))

    def test_it_has_all_the_parts(self):
        self.assertLessEqual(self.FOR_ROOT | self.FOR_ANYBODY, self.parts(self.shown))
        self.assertNotIn("left out", self.shown)

    def test_without_root_it_has_those_that_can_run_and_names_the_others(self):
        parts = self.parts(self.shown_without_root)
        self.assertLessEqual(self.FOR_ANYBODY | {"unprivileged-test"}, parts)
        self.assertTrue(self.FOR_ROOT.isdisjoint(parts))
        self.assertEqual(
            re.findall(r"(?m)^left out: (\S+): it needs root$", self.shown_without_root),
            ["end-to-end-test", "system-test"])

    def test_nothing_is_built_twice(self):
        builds = re.findall(r"swift build (--build-tests|-c release.*?--product [\w-]+)", self.shown)
        self.assertEqual(len(builds), self.shown.count("swift build"))
        self.assertEqual(
            sorted(build.rpartition(" ")[2] for build in builds),
            ["--build-tests", "client-bench", "session-probe", "sessionctl", "sessiond", "sessiond-web-host"])


class SideBySide(unittest.TestCase):
    def parts(self, makefile, *words):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        (folder / "Makefile").write_text(makefile)
        return run(sys.executable, PARTS, *words, cwd=folder)

    def test_each_begins_when_those_have_succeeded_that_it_comes_after(self):
        done = self.parts("first: ; @echo $(WORD) >file\nsecond third: ; @cat file\n", "second:first,third", "third:first",
                          "first", "WORD=written")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(
            [line for line in done.stdout.splitlines() if re.match("==== [a-z]+$|written", line)],
            ["==== first", "==== third", "written", "==== second", "written"])

    def test_those_that_may_run_side_by_side_do(self):
        # Each waits until somebody has opened the other end.
        done = self.parts("reads: ; @cat pipe\nwrites: ; @echo told >pipe\npipe: ; @mkfifo pipe\n", "pipe", "reads:pipe",
                          "writes:pipe")
        self.assertIn("told\n", done.stdout)
        self.assertEqual(done.returncode, 0)

    def test_one_that_fails_is_named_and_shown_last_and_nothing_begins_after_it(self):
        # The other one ends when the one that fails has ended.
        done = self.parts(
            "fails: ; @echo reason; exec 3>pipe; exit 3\nlong: ; @cat pipe; echo 3 passed, 0 failed\npipe: ; @mkfifo pipe\n"
            "later: ; @echo began\n", "pipe", "fails:pipe", "long:pipe", "later:fails")
        lines = done.stdout.splitlines()
        self.assertEqual(done.returncode, 1)
        self.assertEqual(lines[-1], "FAILED: fails")
        self.assertNotIn("began", done.stdout)
        self.assertEqual(lines[-4:-2], ["==== fails FAILED:", "reason"])

    def test_what_says_why_tests_failed_is_said_again_without_the_rest(self):
        printed = ["test_one: 1 passed, 1 failed in 1.0 s", "    FAILED: test_a (test_one.One.test_a)", "    Traceback", "    ",
                   "    AssertionError", *map(str, range(20)), "FAILED: test_one", "1 passed, 1 failed"]
        done = self.parts(f"fails: ; @printf '%s\\n' {' '.join(repr(line) for line in printed)}; exit 1\n", "fails")
        lines = done.stdout.splitlines()
        self.assertEqual(lines[lines.index("==== fails FAILED:") + 1:], [*printed[1:5], "FAILED: fails"])

    def test_as_installed_one_that_lacks_something_is_left_out_with_those_after_it(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        need = folder / "need"
        need.write_text('#!/bin/sh\necho "missing: $*" >&2\nexit 1\n')
        need.chmod(0o755)
        done = self.parts(
            f"has: ; @echo here\nlacks: needs ; @echo there\nneeds: ; @{need} package\nlater last: ; @echo there\n",
            "--as-installed", "lacks", "has", "later:has,lacks", "last:later")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("there\n", done.stdout)
        self.assertEqual(
            [line for line in done.stdout.splitlines() if re.match("==== [a-z]+$|left out", line)],
            ["==== has", "left out: lacks: missing: package", "left out: later: comes after lacks",
             "left out: last: comes after later"])

    def test_a_part_that_nobody_has_named_cannot_come_first(self):
        self.assertNotEqual(self.parts("a: ; @:\n", "a:b").returncode, 0)


if __name__ == "__main__":
    unittest.main()
