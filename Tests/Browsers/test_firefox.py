# SPDX-License-Identifier: Apache-2.0
"""Pages in Firefox."""

import unittest

import origins
import sharing
import tills
from browsers import Firefox


class Sharing(sharing.SharingTests):
    BROWSER = Firefox


class Origins(origins.OriginTests):
    BROWSER = Firefox


class Till(tills.TillTests):
    BROWSER = Firefox


if __name__ == "__main__":
    unittest.main()
