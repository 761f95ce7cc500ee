# SPDX-License-Identifier: Apache-2.0
"""Web servers with pages, and a test case with a daemon, a browser and the extension between them."""

import http.server
import json
import ssl
import threading
import unittest
import urllib.parse

from browsers import Here
from harness import PACKAGE, PATIENCE_SECONDS, Daemon, hashed

ANNA, PASSWORD = "anna@example.com", "canary-anna"
EXAMPLE = PACKAGE / "Examples" / "web"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}
# Says in `window.first` what the first script of the page has found.
PAGE = """<!doctype html><meta charset="utf-8"><title>A page</title>
<script>window.first = { type: typeof sessiond, frozen: Object.isFrozen(window.sessiond ?? {}) };</script><p>A page"""


class Server:
    """A web server on a port that the kernel chose; `/till/` is the example, `/page` a page that does nothing.

    With a certificate and its key it speaks TLS.
    """

    def __init__(self, host="127.0.0.1", certificate=None, files=EXAMPLE):
        answer = self._answer

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, headers, body = answer(urllib.parse.urlsplit(self.path))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._files = files
        self._paths, self._asked = [], threading.Condition()
        # Whether the page that prerenders another one goes there.
        self.is_released = False
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # A browser that is ended takes no answer.
        self._server.handle_error = lambda *_: None
        self._server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            # By the thread that answers, else one connection would keep the others waiting.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_port
        self._scheme, self._host = "https" if certificate else "http", host
        self.origin = f"{self._scheme}://{host}:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _answer(self, url):
        with self._asked:
            self._paths.append(f"{url.path}?{url.query}")
            self._asked.notify_all()
        query = dict(urllib.parse.parse_qsl(url.query))
        html = {"Content-Type": TYPES[".html"]}
        if url.path.startswith("/till/"):
            path = self._files / (url.path.removeprefix("/till/") or "index.html")
            if path.parent == self._files and path.is_file():
                return 200, {"Content-Type": TYPES[path.suffix]}, path.read_bytes()
            return 404, html, b""
        if url.path == "/redirect":
            return 302, {"Location": query["to"]}, b""
        if url.path == "/frame":
            return 200, html, f'<!doctype html><iframe src="{query["of"]}"></iframe>'.encode()
        if url.path == "/prerendering":
            rules = json.dumps({"prerender": [{"urls": ["/eager"], "eagerness": "immediate"}]})
            return 200, html, f"""<!doctype html><script type="speculationrules">{rules}</script><script>
                const look = async () => {{
                    if ((await fetch("/released")).ok) location.href = "/eager";
                    else setTimeout(look, 100);
                }};
                look();</script><p>A page""".encode()
        if url.path == "/released":
            return (200 if self.is_released else 404), html, b""
        if url.path == "/eager":
            return 200, html, b"""<!doctype html><script>
                fetch("/prerendered?" + document.prerendering).then(() => sessiond.status())
                    .then(() => fetch("/answered?" + document.prerendering));</script><p>A page"""
        if url.path == "/srcdoc":
            return 200, html, b'<!doctype html><iframe srcdoc="&lt;p&gt;A frame"></iframe>'
        headers = {"Content-Security-Policy": "sandbox allow-scripts"} if url.path == "/sandboxed" else {}
        return 200, {**html, **headers}, PAGE.encode()

    def wait_for(self, path):
        """Waits until it was asked for a path with its query; all that it was asked for."""
        with self._asked:
            assert self._asked.wait_for(lambda: path in self._paths, PATIENCE_SECONDS), self._paths
            return list(self._paths)

    def url(self, path="/page", host=None):
        return f"{self._scheme}://{host or self._host}:{self.port}{path}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class BrowsingTestCase(unittest.TestCase):
    """A test with a browser, and two servers, of which one's origin has a line in the configuration."""

    BROWSER = None
    # Of the servers' certificates.
    AUTHORITY = None
    RIGHTS = "identity.read,session.touch,session.write,signIn.show"
    maxDiff = None

    @classmethod
    def start_servers(cls):
        cls.server, cls.other = cls.make_servers()
        cls.addClassCleanup(cls.server.close)
        cls.addClassCleanup(cls.other.close)

    @classmethod
    def make_servers(cls):
        """The servers, that of the origin with a line first."""
        return Server(), Server()

    @classmethod
    def start_browser(cls, place):
        """A browser in a place, removed with the class."""
        browser = cls.BROWSER(place, cls.AUTHORITY)
        cls.addClassCleanup(browser.remove)
        return browser.start()

    @classmethod
    def until_listed(cls, browser):
        """Waits until the extension has heard which origins there are: a page that is opened has the object."""
        page = browser.open(cls.server.url())
        while not browser.value(page, '"sessiond" in window'):
            browser.go(page, cls.server.url())
        browser.close(page)

    def open(self, url=None, browser=None):
        """A page, by default of the origin that has a line."""
        browser = browser or self.browser
        page = browser.open(url or self.server.url())
        self.addCleanup(browser.close, page)
        return page

    def value(self, page, expression):
        return self.browser.value(page, expression)

    def wait(self, page, condition):
        self.browser.wait(page, condition)

    def follow(self, page, name="seen", until=None, browser=None):
        """Has a page note each change in `window.seen`, and waits for how the session stands."""
        browser = browser or self.browser
        browser.value(page, f"""void (async () => {{
            window.{name} = [];
            for await (const change of sessiond.changes()) window.{name}.push(change);
        }})()""")
        browser.wait(page, until or f'{name}.some(change => change.cause === "snapshot")')


class PageTestCase(BrowsingTestCase):
    """The same with a daemon, host and extension as they were built here."""

    @classmethod
    def setUpClass(cls):
        cls.start_servers()
        cls.prepare()
        cls.daemon = Daemon()
        cls.addClassCleanup(cls.daemon.remove)
        cls.configure()
        cls.daemon.start()
        cls.open_socket()
        cls.browser = cls.start_browser(cls.place())
        cls.until_listed(cls.browser)

    @classmethod
    def prepare(cls):
        """Starts what the daemon needs."""

    @classmethod
    def place(cls):
        """A place for a browser that uses the daemon."""
        return Here(cls.daemon.socket_path)

    @classmethod
    def configure(cls, rights=None, limits=None):
        rights = cls.RIGHTS if rights is None else rights
        access = {"Allow": "all any", **({"AllowOrigin": f"{rights} {cls.server.origin}"} if rights else {})}
        cls.daemon.configure({"Access": access, "Limits": limits or {}}, accounts={ANNA: hashed(PASSWORD, 1000)})

    @classmethod
    def open_socket(cls):
        """Lets the browser's user in."""
        cls.daemon.folder.chmod(0o711)
        cls.daemon.socket_path.chmod(0o666)
