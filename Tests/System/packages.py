# SPDX-License-Identifier: Apache-2.0
"""The Debian packages that are tested, `SESSIOND_PACKAGES`, and earlier versions of them."""

import os
import pathlib
import re
import subprocess
import unittest


def one_package():
    """The package of the daemon among those that are tested."""
    paths = [pathlib.Path(path) for path in os.environ.get("SESSIOND_PACKAGES", "").split()]
    found = [path for path in paths if path.name.startswith("sessiond_")]
    if not found:
        raise unittest.SkipTest("SESSIOND_PACKAGES names no package of the daemon")
    return found[0]


def field(package, name):
    """A field of a package, deb-control(5)."""
    return subprocess.run(
        ["dpkg-deb", "--field", package, name], check=True, capture_output=True, text=True).stdout.strip()


def with_lower_version(package, folder):
    """The same package, as if it were an earlier one."""
    tree, made = folder / "tree", folder / "earlier.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: (.*)$", r"Version: 0~\1", control.read_text()))
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made], check=True, stdout=subprocess.DEVNULL)
    return made
