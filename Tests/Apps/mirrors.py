# SPDX-License-Identifier: Apache-2.0
"""Where SwiftPM finds, for an app, what it has fetched for this package already: no test of an app waits for a network."""

import json
import subprocess

from harness import PACKAGE

REPOSITORIES = PACKAGE / ".build" / "repositories"


def mirror(folder):
    """Writes the mirrors into a folder of SwiftPM's configuration; what is not there is fetched as ever."""
    copies = [
        {"original": subprocess.check_output(["git", "config", "remote.origin.url"], cwd=copy, text=True).strip(),
         "mirror": copy.as_uri()}
        for copy in sorted(REPOSITORIES.glob("*"))]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mirrors.json").write_text(json.dumps({"version": 1, "object": copies}))
