# SPDX-License-Identifier: Apache-2.0
"""The manual and the journal message catalog, against the real programs and the tools that read them."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import PACKAGE, PATIENCE_SECONDS

CATALOG = PACKAGE / "systemd" / "sessiond.catalog"


def run(*command, **options):
    """Runs a tool to its end, in a locale that has more than ASCII."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
        env=environment, **options)


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


if __name__ == "__main__":
    unittest.main()
