# SPDX-License-Identifier: Apache-2.0
"""Pages over https, with a certificate that the browser trusts, and two browsers at once, in whichever browser."""

import pathlib
import tempfile

from harness import hashed
from pages import ANNA, PASSWORD, PageTestCase, Server
from sharing import NOTHING, SIGN_IN, SIGNED_IN
from workspace import CertificateAuthority

TILL, SIGNAGE = "till.example.com", "other.example.com"


class OriginTests(PageTestCase):
    """The till may do what a till does, the other origin only looks."""

    @classmethod
    def make_servers(cls):
        folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sb-")))
        authority = CertificateAuthority(folder)
        cls.AUTHORITY = authority.path
        cls.certificate = authority.issue("pages", f"DNS:{TILL},DNS:{SIGNAGE}")
        return Server(TILL, cls.certificate), Server(SIGNAGE, cls.certificate)

    @classmethod
    def configure(cls, looking=("identity.read",)):
        lines = [f"{cls.RIGHTS} {cls.server.origin}", *(f"{rights} {cls.other.origin}" for rights in looking)]
        cls.daemon.configure(
            {"Access": {"Allow": "all any", "AllowOrigin": "\nAllowOrigin=".join(lines)}},
            accounts={ANNA: hashed(PASSWORD, 1000)})

    def setUp(self):
        self.daemon.call("session.destroy")

    def test_a_page_over_https_is_its_origin_and_no_other(self):
        page = self.open()
        self.assertEqual(self.value(page, "first"), {"type": "object", "frozen": True})
        self.follow(page)
        self.value(page, SIGN_IN)
        self.wait(page, SIGNED_IN)
        another, plain = Server(TILL, self.certificate), Server(TILL)
        for server in (another, plain):
            self.addCleanup(server.close)
        for what, url in (
                ("another port", another.url()), ("without TLS", plain.url()),
                ("another name of the same server", self.server.url(host=SIGNAGE))):
            with self.subTest(what):
                self.assertEqual(self.value(self.open(url), "first"), NOTHING)

    def test_two_browsers_at_once_each_have_what_their_page_may(self):
        looking = self.start_browser(self.place())
        self.until_listed(looking)
        page, signage = self.open(), self.open(self.other.url(), browser=looking)
        self.follow(page)
        self.follow(signage, browser=looking)
        self.value(page, SIGN_IN)
        looking.wait(signage, SIGNED_IN)
        self.assertEqual(looking.value(signage, "sessiond.status()")["login"], ANNA)
        for call, right in (("signOut()", "session.write"), ("retrieveToken()", "token.read")):
            error = looking.value(signage, f"sessiond.{call}.catch(error => ({{ ...error }}))")
            self.assertEqual(error["name"], "permissionDenied")
            self.assertIn(f"AllowOrigin={right} {self.other.origin}", error["hint"])
        # What one loses, the other one keeps.
        self.configure(looking=())
        self.addCleanup(self.daemon.call, "daemon.reload")
        self.addCleanup(self.configure)
        self.daemon.call("daemon.reload")
        looking.wait(signage, 'seen.some(change => change.error?.name === "revoked")')
        self.assertTrue(self.value(page, "sessiond.signOut()")["changed"])
        self.wait(page, 'seen.some(change => change.event?.kind === "signedOut")')
        self.assertEqual(self.value(page, "seen.filter(change => change.error).length"), 0)
        self.assertEqual(looking.value(signage, "seen.filter(change => change.event?.kind === 'signedOut').length"), 0)
