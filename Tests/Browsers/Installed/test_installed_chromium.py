# SPDX-License-Identifier: Apache-2.0
"""Pages in Debian's Chromium on a device where the packages are installed."""

import unittest

import installed
from browsers import Chromium


class Installed(installed.InstalledTests):
    BROWSER = Chromium


if __name__ == "__main__":
    unittest.main()
