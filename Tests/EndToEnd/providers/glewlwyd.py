# SPDX-License-Identifier: Apache-2.0
"""glewlwyd of Debian: JWTs, refresh tokens that are rotated and used once, `slow_down`, revocation, end_session."""

import contextlib
import gzip
import json
import os
import pathlib
import select
import socket
import sqlite3
import subprocess
import urllib.parse
import urllib.request

from . import kept
from .provider import Browser, NoRedirects, Provider, answer_of

CONFIGURATION = """
port={port}
bind_address="127.0.0.1"
external_url="{url}"
login_url="login.html"
api_prefix="api"
static_files_path="{tree}/usr/share/glewlwyd/webapp/"
log_mode="console"
log_level="INFO"
cookie_domain="127.0.0.1"
cookie_secure=0
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
admin_session_authentication="cookie"
profile_session_authentication="cookie"
max_post_size=16777216
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{tree}/usr/lib/glewlwyd/user"
user_middleware_module_path="{tree}/usr/lib/glewlwyd/user_middleware"
client_module_path="{tree}/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="{tree}/usr/lib/glewlwyd/scheme"
plugin_module_path="{tree}/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database={{ type="sqlite3"; path="{folder}/glewlwyd.db"; }};
"""
ADMINISTRATOR = {"username": "admin", "password": "password"}
PLUGIN = "oidc"


class Glewlwyd(Provider):
    # A device that nobody approves stays pending until its code expires.
    DENIES, OWN_SCOPE = False, "g_profile"
    # It says so before it listens.
    READY = "Glewlwyd started on port"

    def __init__(self, *arguments, code_seconds=600, **options):
        super().__init__(*arguments, **options)
        self.code_seconds = code_seconds

    @property
    def api(self):
        return f"{self.url}/api"

    @property
    def issuer(self):
        return f"{self.api}/{PLUGIN}"

    def start(self):
        is_new = self.process is None and not (self.folder / "glewlwyd.db").exists()
        if is_new:
            self._make_database()
        while not self._try():
            assert is_new, self.output.text
        if is_new:
            self._set_up()
        return self

    def _try(self):
        # It cannot have the kernel choose a port, and somebody else may take one that was free.
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        tree = kept.glewlwyd()
        (self.folder / "glewlwyd.conf").write_text(
            CONFIGURATION.format(port=self.port, url=self.url, tree=tree, folder=self.folder))
        self._launch(
            [tree / "usr/bin/glewlwyd", f"--config-file={self.folder}/glewlwyd.conf"],
            {"LD_LIBRARY_PATH": ":".join(map(str, sorted(tree.glob("usr/lib/*-linux-gnu"))))})
        if self._listens():
            return True
        self.stop()
        self.port = 0
        return False

    def _listens(self):
        """Waits until it listens; false: it has ended instead."""
        sockets = pathlib.Path(f"/proc/{self.process.pid}/fd")
        end = os.pidfd_open(self.process.pid)
        try:
            while not select.select([end], [], [], 0.01)[0]:
                # proc_pid_net(5): the local address, the state, where 0A is LISTEN, and the inode of the socket.
                lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
                inodes = {line[9] for line in lines if line[3] == "0A" and line[1].endswith(f":{self.port:04X}")}
                with contextlib.suppress(FileNotFoundError):
                    if any(os.readlink(path) == f"socket:[{inode}]" for path in sockets.iterdir() for inode in inodes):
                        return True
        finally:
            os.close(end)
        return False

    def _make_database(self):
        made = kept.glewlwyd() / "usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz"
        with sqlite3.connect(self.folder / "glewlwyd.db") as database:
            database.executescript(gzip.decompress(made.read_bytes()).decode())
        database.close()

    def _set_up(self):
        administrator = Person(self, **ADMINISTRATOR)
        key = self._make_key()
        public = subprocess.run(
            ["openssl", "rsa", "-in", key, "-pubout"], check=True, capture_output=True, text=True).stdout
        administrator.call("POST", "mod/plugin/", {
            "module": "oidc", "name": PLUGIN, "display_name": PLUGIN, "enabled": True,
            "parameters": self._parameters(key.read_text(), public)})
        for client in self._clients():
            administrator.call("POST", "client/", {"enabled": True, "name": client["client_id"], **client})
        administrator.call("POST", "user/", {
            "username": self.USER, "name": self.USER.title(), "password": self.PASSWORD, "email": self.EMAIL,
            "scope": ["openid", "g_profile"], "enabled": True})

    def _parameters(self, key, public):
        return {
            "iss": self.issuer, "jwt-type": "rsa", "jwt-key-size": "256", "key": key, "cert": public, "jwks-show": True,
            "code-duration": 600, "access-token-duration": self.access_token_seconds,
            "refresh-token-duration": 1_209_600, "refresh-token-rolling": True, "refresh-token-one-use": "always",
            "allow-non-oidc": True, "auth-type-client-enabled": True, "auth-type-code-enabled": True,
            "auth-type-token-enabled": False, "auth-type-implicit-enabled": False, "auth-type-password-enabled": False,
            "auth-type-refresh-enabled": True,
            "auth-type-device-enabled": True, "device-authorization-expiration": self.code_seconds,
            "device-authorization-interval": self.interval_seconds,
            "pkce-allowed": True, "pkce-method-plain-allowed": False, "pkce-required-public-client": True,
            "introspection-revocation-allowed": True, "introspection-revocation-allow-target-client": True,
            "session-management-allowed": True, "session-cookie-name": "GLWD_OIDC",
            "session-cookie-expiration": 2_419_200, "allowed-scope": ["openid", "g_profile"],
            "oauth-dpop-iat-duration": 60, "subject-type": "public",
            "name-claim": "on-demand", "email-claim": "on-demand", "resource-allowed": True, "userinfo-alg": "none",
            "claims": [
                {"name": "preferred_username", "user-property": "username", "type": "string", "mandatory": True}],
        }

    def _clients(self):
        return [
            {"client_id": self.PUBLIC, "confidential": False, "redirect_uri": [self.REDIRECT_URI],
             "authorization_type": ["device_authorization", "code", "refresh_token"]},
            {"client_id": self.CONFIDENTIAL, "confidential": True, "client_secret": self.SECRET, "scope": ["g_profile"],
             "token_endpoint_auth_method": ["client_secret_basic"],
             "authorization_type": ["device_authorization", "refresh_token", "client_credentials"]},
        ]

    def _person(self):
        return Person(self, self.USER, self.PASSWORD)

    def approve(self, user_code):
        person = self._person()
        # The page knows whose device it is.
        for client in (self.PUBLIC, self.CONFIDENTIAL_DEVICE):
            person.grant(client)
        location = person.visit(f"{self.issuer}/device?code={user_code}&g_continue")
        assert "prompt=deviceComplete" in location, location

    def deny(self, user_code):
        raise AssertionError("glewlwyd's page has no way to deny a device")

    def authorize(self, url, approve=True):
        """As its page does, which adds `g_continue` to the address when the person has consented."""
        person = self._person()
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
        if not approve:
            # Its page goes there by itself.
            return f"{query['redirect_uri'][0]}?" + urllib.parse.urlencode(
                {"error": "access_denied", "state": query["state"][0]})
        person.grant(query["client_id"][0], query.get("scope", [self.SCOPE])[0])
        return person.visit(f"{url}&g_continue")

    def has_grant(self):
        return bool(self._person().grants())

    def revoke_grant(self):
        person = self._person()
        for token in person.grants():
            person.call("DELETE", f"{PLUGIN}/token/{urllib.parse.quote(token['token_hash'], safe='')}")


class Person:
    """Somebody who is signed in at glewlwyd's pages; these do with its API what is done here."""

    def __init__(self, provider, username, password):
        self.provider, self.browser = provider, Browser()
        self.call("POST", "auth/", {"username": username, "password": password})

    def call(self, method, path, body=None):
        """A call of its API that has to succeed; what it answers."""
        status = self.browser.open(
            f"{self.provider.api}/{path}", method=method, headers={"Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode())
        assert status == 200, (method, path, status, self.browser.page)
        return self.browser.page

    def grant(self, client, scope=None):
        """Consents to what a client asks for."""
        self.call("PUT", f"auth/grant/{client}", {"scope": scope or self.provider.SCOPE})

    def grants(self):
        """The refresh tokens that hold."""
        return [token for token in self.call("GET", f"{PLUGIN}/token") if token["enabled"]]

    def visit(self, url):
        """Opens an address; where it leads to."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.browser.jar), NoRedirects)
        status, headers, body = answer_of(opener, urllib.request.Request(url))
        assert status == 302, (url, status, body)
        return headers["Location"]
