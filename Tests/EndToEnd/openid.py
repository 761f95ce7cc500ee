# SPDX-License-Identifier: Apache-2.0
"""Starts the built openid-emulator, and does in front of it what a person or an administrator does.

    provider = OpenIDEmulator(clients=["kiosk"])          # a public client; "till:SECRET" has a secret
    self.addCleanup(provider.remove)
    provider.start()
    daemon.configure({"Authority": {"Kind": "openid"}, "OpenID": provider.settings()})
    ...
    provider.approve(user_code)
    provider.answer_error("token.refresh", "invalid_grant", times=1)
"""

import hashlib
import json
import time

from conditions import ConditionedTestCase
from emulator import AuthorityEmulator
from harness import PATIENCE_SECONDS
from synerise import call_after_the_pause
from watching import Watcher

ANNA, BOB = "anna", "bob"
KIOSK, TILL, TILL_SECRET = "kiosk", "till", "canary-secret-of-till"
REDIRECT_URI = "http://localhost/signed-in"


def hashed(text):
    """What the log shows of a secret."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


class OpenIDEmulator(AuthorityEmulator):
    """An openid-emulator with two people, a client without a secret and one with it; started again, it has its state.

    `options` are what providers do differently, openid-emulator(1). Devices may poll every second by default.
    """

    PROGRAM = "openid-emulator"
    # As the real providers have it.
    USER, OWN_SCOPE = ANNA, "api"
    PUBLIC = BROWSER = KIOSK
    CONFIDENTIAL = CONFIDENTIAL_DEVICE = TILL
    REDIRECT_URI = REDIRECT_URI

    def __init__(self, *arguments, accounts=(f"{ANNA}:anna@example.com", f"{BOB}:bob@example.com"),
                 clients=(KIOSK, f"{TILL}:{TILL_SECRET}"), redirect_uris=(REDIRECT_URI,), faults=(), **options):
        options = {"intervalSeconds": 1, **options}
        super().__init__(
            *arguments, *(f"--account={account}" for account in accounts),
            *(f"--client={client}" for client in clients), *(f"--redirect-uri={uri}" for uri in redirect_uris),
            *(f"--option={name}={json.dumps(value)}" for name, value in options.items()), faults=faults)
        self.arguments.append(f"--state={self.folder / 'state'}")

    @property
    def issuer(self):
        return f"{self.url}/realms/shop"

    def settings(self, client=None, **others):
        """The section [OpenID] of a daemon that uses it as that client, the public one by default."""
        client = client or KIOSK
        settings = {"Issuer": self.issuer, "ClientID": client}
        if client == TILL:
            path = self.folder / "client-secret"
            path.write_text(TILL_SECRET + "\n")
            path.chmod(0o600)
            settings |= {"ClientAuthentication": "client_secret_basic", "ClientSecretFile": path}
        return {**settings, **others}

    def userinfo_status(self, token):
        """What userinfo answers to a token."""
        return self.request("GET", "/realms/shop/userinfo", token=token)[0]

    def approve(self, user_code=None, account=ANNA):
        """Lets a device in, as a person does; without a code the one that has asked last."""
        self.control("POST", "approve", {"account": account, **({"user_code": user_code} if user_code else {})})

    def deny(self, user_code=None):
        """Does not let a device in."""
        self.control("POST", "deny", {"user_code": user_code} if user_code else {})

    def authorize(self, url, approve=True, account=ANNA):
        """Opens an authorization URL and signs in; the URL that the browser is sent to."""
        body = {"url": url, **({"account": account} if approve else {})}
        return self.control("POST", "authorize", body)["callbackURL"]

    def revoke_grant(self, **selection):
        """A central logout: ends the grants of an `account`, a `sub`, or `all=True`; how many there were."""
        return self.control("POST", "revoke-grant", selection or {"all": True})["revoked"]

    def devices(self):
        """The devices that wait."""
        return self.control("GET", "devices")["devices"]

    def grants(self):
        """What was granted, whether it still is, and the hash of its refresh token."""
        return self.control("GET", "grants")["grants"]

    def set(self, **options):
        """Changes what it does from now on."""
        return self.control("POST", "options", options)["options"]

    def know(self, login, **facts):
        """Adds a person, or replaces what is known of one: `email`, `sub`, `claims`."""
        self.control("POST", "accounts", {"login": login, **facts})

    def answer_error(self, on, error, status=400, times=None, description=None, suberror=None):
        """Answers an error, and does nothing else."""
        words = [f"on={on}", f"status={status}", f"error={error}"]
        words += [f"times={times}"] if times else []
        words += [f"description={description}"] if description else []
        words += [f"suberror={suberror}"] if suberror else []
        self.fault(",".join(words))


class OpenIDTestCase(ConditionedTestCase):
    """A test with a provider and daemons that sign people in there; none is started before it begins."""

    def start_provider(self, *arguments, **options):
        """A running emulator; `options` as it has them."""
        provider = OpenIDEmulator(*arguments, **options)
        self.addCleanup(provider.remove)
        return provider.start()

    def make_openid(self, provider, client=None, arguments=(), sections=None, **settings):
        """A daemon that is not started."""
        daemon = self.make_daemon(arguments=["--log-level", "trace", *arguments])
        self.configure(daemon, provider, client, sections, **settings)
        return daemon

    def configure(self, daemon, provider, client=None, sections=None, **settings):
        """Configures a daemon for a provider, as one of its clients; a setting that is `None` is left out."""
        openid = provider.settings(client, **{"RedirectURI": provider.REDIRECT_URI, **settings})
        daemon.configure({
            "Authority": {"Kind": "openid"},
            "OpenID": {name: value for name, value in openid.items() if value is not None}, **(sections or {})})

    def start_openid(self, provider, client=None, **options):
        """A running daemon for a provider."""
        return self.make_openid(provider, client, **options).start()

    def watcher(self, daemon):
        watcher = Watcher(daemon.socket_path)
        self.addCleanup(watcher.close)
        return watcher

    def begin(self, daemon, **params):
        """Begins a sign-in; what is shown to the person."""
        return daemon.call("session.beginSignIn", **params)

    def end(self, watcher):
        """Waits until a sign-in has ended; the event."""
        return watcher.sign_in_end()

    def sign_in(self, daemon, provider, **who):
        """Signs somebody in with a code, as they do; the status."""
        watcher = self.watcher(daemon)
        provider.approve(self.begin(daemon, method="device")["userCode"], **who)
        self.assertEqual(self.end(watcher)["outcome"], "signedIn", daemon.stderr)
        return daemon.call("session.status")

    def token(self, daemon, **params):
        """The effective token's text."""
        return daemon.call("session.retrieveToken", **params)["token"]

    def wait_for_status(self, daemon, is_wanted):
        """Waits until the status is as wanted, which nothing tells of; the status."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_wanted(status := daemon.call("session.status")):
            self.assertLess(time.monotonic(), deadline, status)
        return status

    def wait_until_told(self, daemon, outcome):
        """Waits until a sign-out that the provider was to be told of has come to something."""
        line = f'sessiond_sign_outs_to_tell_total{{outcome="{outcome}"}} 0\n'
        deadline = time.monotonic() + PATIENCE_SECONDS
        while line in (text := daemon.call("daemon.metrics")["text"]):
            self.assertLess(time.monotonic(), deadline, text)

    def refreshed(self, daemon):
        """A new token, when the pause after a failure is over: the error tells it in seconds."""
        token = self.token(daemon, allowStale=True)
        call_after_the_pause(daemon, "session.refreshToken", longest_seconds=5)
        self.assertNotEqual(self.token(daemon), token)
        return self.token(daemon)
