# SPDX-License-Identifier: Apache-2.0
"""Starts the built openid-emulator, and does in front of it what a person or an administrator does.

    provider = OpenIDEmulator(clients=["kiosk"])          # a public client; "till:SECRET" has a secret
    self.addCleanup(provider.remove)
    provider.start()
    daemon.configure({"Authority": {"Kind": "openid"}, "OpenID": provider.settings()})
    ...
    provider.approve("anna", user_code)
    provider.answer_error("token.refresh", "invalid_grant", times=1)
"""

import hashlib
import json

from emulator import AuthorityEmulator

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

    def settings(self, client=KIOSK, scope="openid offline_access", **others):
        """The section [OpenID] of a daemon that uses it as that client."""
        settings = {"Issuer": self.issuer, "ClientID": client, "Scope": scope}
        if client == TILL:
            path = self.folder / "client-secret"
            path.write_text(TILL_SECRET + "\n")
            path.chmod(0o600)
            settings |= {"ClientAuthentication": "client_secret_basic", "ClientSecretFile": path}
        return {**settings, **others}

    def approve(self, account=ANNA, user_code=None):
        """Lets a device in, as a person does; without a code the one that has asked last."""
        self.control("POST", "approve", {"account": account, **({"user_code": user_code} if user_code else {})})

    def deny(self, user_code=None):
        """Does not let a device in."""
        self.control("POST", "deny", {"user_code": user_code} if user_code else {})

    def authorize(self, url, account=ANNA):
        """Opens an authorization URL and signs in; the URL that the browser is sent to. `None`: denies."""
        body = {"url": url, **({"account": account} if account else {})}
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
