# SPDX-License-Identifier: Apache-2.0
"""What every provider has: a process that says when it is ready, and a person with a browser."""

import base64
import html.parser
import http.cookiejar
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from conditions import Output
from emulator import signing_key
from harness import ENVIRONMENT, PATIENCE_SECONDS

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Provider:
    """An OpenID provider; `start()` it, and `remove()` it in the end. Started again, it has what it had."""

    # The person, and the clients that there are.
    USER, PASSWORD, EMAIL = "anna", "canary-password-of-anna", "anna@example.com"
    SECRET = "canary-secret-of-till"
    # Public, for the device grant; public, for the authorization code with PKCE; with a secret, for the client's own
    # token; with a secret, for the device grant.
    PUBLIC, BROWSER, CONFIDENTIAL, CONFIDENTIAL_DEVICE = "kiosk", "kiosk", "till", "till"
    REDIRECT_URI = "http://localhost/signed-in"
    # What is asked for, so that there is a refresh token.
    SCOPE = "openid"
    # Whether a person can say no to a device; what a client may ask for itself.
    DENIES, OWN_SCOPE = True, None
    # What a line says when connections are accepted.
    READY = None

    def __init__(self, access_token_seconds=60, interval_seconds=1):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sp-", dir=os.environ.get("XDG_RUNTIME_DIR", "/tmp")))
        self.access_token_seconds = access_token_seconds
        self.interval_seconds = interval_seconds
        self.port = 0
        self.process = None
        self.output = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self):
        raise NotImplementedError

    def settings(self, client=None, **others):
        """The section [OpenID] of a daemon that uses it as that client, the public one by default."""
        client = client or self.PUBLIC
        settings = {"Issuer": self.issuer, "ClientID": client, "Scope": self.SCOPE}
        if client in (self.CONFIDENTIAL, self.CONFIDENTIAL_DEVICE):
            path = self.folder / "client-secret"
            path.write_text(self.SECRET + "\n")
            path.chmod(0o600)
            settings |= {"ClientAuthentication": "client_secret_basic", "ClientSecretFile": path}
        return {**settings, **others}

    def start(self):
        raise NotImplementedError

    def _make_key(self):
        path = self.folder / "key.pem"
        path.write_text(signing_key())
        return path

    def _launch(self, command, environment=None):
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**ENVIRONMENT, **(environment or {})}, cwd=self.folder, bufsize=0)
        self.output = Output(self.process.stdout)
        return self.output.wait_for(self.READY)

    def stop(self):
        """Ends it: from now on connections are refused."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)
        self.process = None

    def restart(self):
        self.stop()
        return self.start()

    def remove(self):
        """Ends it and removes everything it had."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    # What a client asks. A daemon does so by itself.

    def request(self, url, form=None, token=None, secret_of=None):
        """A GET, or a POST of a form; status, headers and body, which is a value where it is JSON."""
        request = urllib.request.Request(urllib.parse.urljoin(self.url, url))
        if form is not None:
            request.data = urllib.parse.urlencode(form).encode()
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        if secret_of is not None:
            request.add_header("Authorization", basic(secret_of, self.SECRET))
        return answer_of(urllib.request.build_opener(NoRedirects), request)

    def discovered(self):
        """What it publishes of itself, by OpenID Connect Discovery."""
        return self.request(f"{self.issuer}/.well-known/openid-configuration")[2]

    def endpoint(self, name):
        """An endpoint, such as `token`: from what it publishes."""
        return self.discovered()[f"{name}_endpoint"]

    def userinfo_status(self, token):
        """What userinfo answers to a token."""
        return self.request(self.endpoint("userinfo"), token=token)[0]

    # What a person does.

    def approve(self, user_code):
        """Signs in on the page of the provider, and lets the device in."""
        raise NotImplementedError

    def deny(self, user_code):
        """Signs in on the page of the provider, and does not let the device in."""
        raise NotImplementedError

    def authorize(self, url, approve=True):
        """Opens an authorization URL in a browser, signs in, and approves; the URL that the app's page would be at."""
        raise NotImplementedError

    def has_grant(self):
        """Whether the person has granted something to a client that still holds, as the pages of the provider say."""
        raise NotImplementedError

    def revoke_grant(self):
        """Ends what the person has granted to any client, as they can on the pages of the provider."""
        raise NotImplementedError


class Browser:
    """A browser of a person: it has cookies, follows links within the provider, and fills in forms."""

    def __init__(self):
        self.jar = http.cookiejar.CookieJar()
        self.url, self.page = None, None

    def open(self, url, form=None, **parts):
        """Opens a page; follows redirects unless they lead away from loopback's provider. Its status."""
        request = urllib.request.Request(url if self.url is None else urllib.parse.urljoin(self.url, url), **parts)
        if form is not None:
            request.data = urllib.parse.urlencode(form).encode()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), NoRedirects)
        for _ in range(10):
            status, headers, self.page = answer_of(opener, request)
            self.url = request.full_url
            location = headers.get("Location")
            if location is None:
                return status
            location = urllib.parse.urljoin(self.url, location)
            if urllib.parse.urlsplit(location).netloc != urllib.parse.urlsplit(self.url).netloc:
                self.url = location
                return status
            request = urllib.request.Request(location)
        raise AssertionError(f"no end of redirects: {location}")

    def submit(self, **values):
        """Fills in the form of the page and sends it. What is `None` is left out."""
        form = Form(self.page)
        fields = {**form.fields, **values}
        return self.open(form.action or self.url, {name: value for name, value in fields.items() if value is not None})


class Form(html.parser.HTMLParser):
    """The form of a page that is sent by POST: where to, and its fields."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self._inside = None, {}, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and attributes.get("method", "").lower() == "post":
            self.action, self._inside = attributes.get("action"), True
        if tag == "input" and self._inside and attributes.get("name") and attributes.get("type") != "submit":
            self.fields[attributes["name"]] = attributes.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def answer_of(opener, request):
    """Status, headers and body of what is answered, whatever the status."""
    try:
        response = opener.open(request, timeout=PATIENCE_SECONDS)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        body = response.read().decode()
        is_json = response.headers.get_content_type() == "application/json" and body
        return response.status, response.headers, json.loads(body) if is_json else body


def basic(name, secret):
    """The credentials of a client, RFC 6749 §2.3.1."""
    both = f"{urllib.parse.quote_plus(name)}:{urllib.parse.quote_plus(secret)}"
    return f"Basic {base64.b64encode(both.encode()).decode()}"
