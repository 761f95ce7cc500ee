# SPDX-License-Identifier: Apache-2.0
"""django-oauth-toolkit of PyPI: opaque tokens, no id token in the device grant, no device endpoint in discovery."""

import shutil

from . import kept
from .provider import Browser, Provider


class OAuthToolkit(Provider):
    # An application has one kind of grant.
    BROWSER, CONFIDENTIAL_DEVICE = "kiosk-browser", "till-device"
    OWN_SCOPE = "introspection"
    READY = r"listening on http://127\.0\.0\.1:(\d+)"

    @property
    def issuer(self):
        return f"{self.url}/o"

    def settings(self, client=None, **others):
        unpublished = {"DeviceAuthorizationEndpoint": "device_authorization", "RevocationEndpoint": "revocation"}
        endpoints = {setting: self.endpoint(name) for setting, name in unpublished.items()}
        return {**endpoints, **super().settings(client, **others)}

    def endpoint(self, name):
        # What it does not publish.
        paths = {"device_authorization": "device-authorization/", "revocation": "revoke_token/"}
        return f"{self.issuer}/{paths[name]}" if name in paths else super().endpoint(name)

    def start(self):
        tree = kept.toolkit()
        if not (self.folder / "db.sqlite3").exists():
            shutil.copy(tree / "db.sqlite3", self.folder)
            self._make_key()
        listening = self._launch(
            [tree / "bin" / "python", kept.SITE, self.port, self.access_token_seconds, self.interval_seconds],
            {"SITE_USER": self.USER, "SITE_PASSWORD": self.PASSWORD, "SITE_EMAIL": self.EMAIL,
             "SITE_SECRET": self.SECRET, "SITE_REDIRECT_URI": self.REDIRECT_URI})
        self.port = int(listening[1])
        return self

    def _signed_in(self, url):
        browser = Browser()
        browser.open(url)
        browser.submit(username=self.USER, password=self.PASSWORD)
        return browser

    def _answer(self, user_code, action):
        browser = self._signed_in(f"{self.issuer}/device/?user_code={user_code}")
        browser.submit(user_code=user_code)
        browser.submit(action=action)
        assert "device-grant-status" in browser.url, (browser.url, browser.page)

    def approve(self, user_code):
        self._answer(user_code, "accept")

    def deny(self, user_code):
        self._answer(user_code, "deny")

    def authorize(self, url, approve=True):
        browser = self._signed_in(url)
        # The button that is not pressed is not sent.
        browser.submit(allow="Authorize" if approve else None)
        assert browser.url.startswith(self.REDIRECT_URI), (browser.url, browser.page)
        return browser.url

    def has_grant(self):
        return self._grant(self._signed_in(f"{self.issuer}/authorized_tokens/")) is not None

    @staticmethod
    def _grant(browser):
        """Where the page lets a person end one; `None`: there is none."""
        return next((word for word in browser.page.split('"') if word.endswith("/delete/")), None)

    def revoke_grant(self):
        browser = self._signed_in(f"{self.issuer}/authorized_tokens/")
        while link := self._grant(browser):
            browser.open(link)
            browser.submit()
            browser.open(f"{self.issuer}/authorized_tokens/")
