# SPDX-License-Identifier: Apache-2.0
"""Pages in Debian's Firefox on a device where the packages are installed."""

import unittest

import installed
from browsers import Firefox


class Installed(installed.InstalledTests):
    BROWSER = Firefox


if __name__ == "__main__":
    unittest.main()
