# SPDX-License-Identifier: Apache-2.0
"""Pages in Chromium."""

import unittest

import origins
import sharing
import tills
from browsers import Chromium
from pages import PageTestCase


class Sharing(sharing.SharingTests):
    BROWSER = Chromium


class Origins(origins.OriginTests):
    BROWSER = Chromium


class Prerendering(PageTestCase):
    BROWSER = Chromium

    def test_a_page_that_nobody_sees_yet_starts_nothing(self):
        # Chromium prerenders nothing while somebody looks into the page.
        self.browser.call("Target.createTarget", url=self.server.url("/prerendering"))
        self.server.wait_for("/prerendered?true")
        # Whatever came of its call by now, there is no host.
        self.value(self.open(), "new Promise(resolve => setTimeout(resolve, 500))")
        self.browser.hosts_of(1)
        self.server.is_released = True
        paths = self.server.wait_for("/answered?false")
        self.assertNotIn("/answered?true", paths)
        self.browser.hosts_of(2)


class Till(tills.TillTests):
    BROWSER = Chromium


if __name__ == "__main__":
    unittest.main()
