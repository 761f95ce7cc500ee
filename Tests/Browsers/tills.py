# SPDX-License-Identifier: Apache-2.0
"""The example of a till, in whichever browser: sign-in by phone, the warning before the idle end, another customer."""

import subprocess

from harness import PACKAGE
from openid import OpenIDEmulator
from pages import PageTestCase

# Pictures of what a customer sees, for people to look at.
PICTURES = PACKAGE / ".run" / "browsers"


def shown(section):
    return f'!document.getElementById("{section}").hidden'


class TillTests(PageTestCase):
    @classmethod
    def prepare(cls):
        cls.address = f"{cls.server.origin}/till/"
        cls.provider = OpenIDEmulator(redirect_uris=[cls.address])
        cls.addClassCleanup(cls.provider.remove)
        cls.provider.start()

    @classmethod
    def configure(cls, rights=None, session=None):
        rights = cls.RIGHTS if rights is None else rights
        cls.daemon.configure({
            "Authority": {"Kind": "openid"}, "OpenID": cls.provider.settings(RedirectURI=cls.address),
            "Access": {"Allow": "all any", "AllowOrigin": f"{rights} {cls.server.origin}"}, "Session": session or {}})

    def setUp(self):
        self.daemon.call("session.destroy")
        self.page = self.open(self.server.url("/till/"))

    def click(self, button):
        self.value(self.page, f'document.getElementById("{button}").click()')

    def text(self, element):
        return self.value(self.page, f'document.getElementById("{element}").innerText')

    def wait(self, condition):
        self.browser.wait(self.page, condition)

    def wait_for(self, section):
        self.wait(shown(section))

    def picture(self, name):
        """Takes a picture; its path."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{self.browser.NAME}-{name}.png"
        path.write_bytes(self.browser.picture(self.page))
        return path

    def sign_in(self, **who):
        self.wait_for("welcome")
        self.click("begin")
        self.wait_for("pending")
        self.provider.approve(self.text("user-code"), **who)
        self.wait_for("customer")

    def test_a_customer_signs_in_with_what_the_code_says(self):
        self.wait_for("welcome")
        self.picture("welcome")
        self.click("begin")
        self.wait_for("pending")
        pending = self.daemon.call("session.pendingSignIn")
        read = subprocess.run(
            ["zbarimg", "--quiet", "--raw", self.picture("code")], capture_output=True, text=True)
        self.assertEqual(read.stdout.strip(), pending["verificationURIComplete"])
        self.assertEqual(self.text("user-code"), pending["userCode"])
        # As the phone does with what it has read.
        self.provider.approve(read.stdout.strip().rsplit("=", 1)[1])
        self.wait_for("customer")
        self.assertEqual(self.text("name"), "anna")
        self.picture("customer")
        # Nothing of the code is left.
        self.assertEqual(self.value(self.page, 'document.getElementById("code").childElementCount'), 0)

    def test_a_code_of_another_screen_is_shown_here_too(self):
        self.wait_for("welcome")
        code = self.daemon.call("session.beginSignIn", method="device")["userCode"]
        self.wait_for("pending")
        self.assertEqual(self.text("user-code"), code)
        # It is the other one's to give up, and whoever touches Cancel is told.
        self.click("cancel")
        self.wait('document.getElementById("problem").innerText.includes("Another app")')
        self.daemon.call("session.cancelSignIn")
        self.wait_for("welcome")
        self.assertEqual(self.text("problem"), "")

    def test_a_code_of_its_own_is_given_up(self):
        self.wait_for("welcome")
        self.click("begin")
        self.wait_for("pending")
        self.click("cancel")
        self.wait_for("welcome")
        self.assertNotIn("pendingSignIn", self.daemon.call("session.status"))

    def test_the_page_hands_over_what_its_browser_brings_back(self):
        self.wait_for("welcome")
        pending = self.value(
            self.page, f"sessiond.beginSignIn({{ method: 'browser', redirectURI: '{self.address}' }})")
        back = self.provider.authorize(pending["authorizationURL"])
        # What a page of the provider's would do; the page is another one then.
        self.browser.go(self.page, back)
        status = self.value(self.page, "sessiond.completeSignIn(location.href)")
        self.assertEqual(status["login"], "anna")
        self.wait_for("customer")
        self.assertEqual(
            self.value(self.page, "sessiond.completeSignIn(location.href).catch(error => error.name)"),
            "alreadySignedIn")

    def test_another_customer_finds_nothing_of_the_last_one(self):
        self.sign_in()
        self.click("add")
        self.assertEqual(self.text("basket"), "Coffee")
        self.click("sign-out")
        self.wait_for("welcome")
        self.assertEqual(self.value(self.page, "sessionStorage.length"), 0)
        self.assertNotIn("anna", self.value(self.page, "document.body.textContent"))
        self.sign_in(account="bob")
        self.assertEqual((self.text("name"), self.text("basket")), ("bob", ""))

    def test_who_goes_away_is_asked_and_signed_out(self):
        self.sign_in()
        # Between the warning and the end there is time for a picture on a busy machine.
        self.configure(session={"IdleTimeoutSec": 14, "WarnBeforeSec": 12})
        self.addCleanup(self.daemon.call, "daemon.reload")
        self.addCleanup(self.configure)
        self.daemon.call("daemon.reload")
        self.wait('document.getElementById("warning").open')
        self.picture("warning")
        self.assertLessEqual(int(self.text("seconds")), 12)
        self.click("stay")
        self.wait('!document.getElementById("warning").open')
        self.assertEqual(self.text("name"), "anna")
        self.wait('document.getElementById("warning").open')
        self.wait_for("welcome")
        self.assertIs(self.value(self.page, 'document.getElementById("warning").open'), False)
        self.picture("gone")

    def test_without_a_connection_it_says_so_and_goes_on(self):
        self.sign_in()
        self.daemon.stop()
        self.wait('document.getElementById("connection").textContent !== ""')
        self.picture("interrupted")
        self.daemon.start()
        self.open_socket()
        self.wait('document.getElementById("connection").textContent === ""')
        self.assertEqual(self.text("name"), "anna")

    def test_it_waits_for_an_extension_that_comes_later_and_outlives_another_one(self):
        self.wait_for("welcome")
        self.browser.unload()
        self.browser.load()
        self.wait_for("welcome")
        self.value(self.page, "sessiond.status()")
        self.browser.unload()
        self.browser.go(self.page, self.server.url("/till/"))
        self.wait_for("absent")
        self.picture("absent")
        self.browser.load()
        self.wait_for("welcome")
