# SPDX-License-Identifier: Apache-2.0
"""Drives headless Chromium and Firefox, as a user who is not root, each in a profile and a home of its own.

Chromium is spoken to by its DevTools protocol over two pipes, Firefox by its Marionette; both with the standard
library.
"""

import base64
import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from harness import BINARIES, ENVIRONMENT, PACKAGE, PATIENCE_SECONDS
from manual import Page

EXTENSION = PACKAGE / "Web" / "extension"
HOST, HOST_NAME = "sessiond-web-host", "sessiond_web"
CHROMIUM_ID = "jcdbopldfphkmboikdadmopeijdapehc"
FIREFOX_ID = "web@sessiond"
# What the manual has those write who do without the package.
CHROMIUM_MANIFEST, FIREFOX_MANIFEST = map(json.loads, Page("sessiond-web.7").examples("WITHOUT THE PACKAGE"))
# Chromium has no sandbox for root; rules can name any user but 65534. Nobody has this one on a Debian system.
USER = 61_000 if os.geteuid() == 0 else os.geteuid()
WIDTH, HEIGHT = 960, 600


class BrowserError(Exception):
    """What the browser says has gone wrong."""


def write_manifest(folder, manifest, name, host_path, **allowed):
    """Says to a browser where a host is, and whose; `allowed` takes the place of what the manual has there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({**manifest, "name": name, "path": str(host_path), **allowed}))


class Here:
    """This machine, as a place for a browser: with the host and the extension as they are in the package's folder."""

    def __init__(self, socket_path):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-", dir=os.environ.get("XDG_RUNTIME_DIR", "/tmp")))
        # As the browser names it.
        self.inside = self.folder
        # Where the browser's user can read them.
        self.extension = self.folder / "extension"
        self.host_path = self.folder / HOST
        shutil.copytree(EXTENSION, self.extension)
        shutil.copy(BINARIES / HOST, self.host_path)
        self._environment = {**ENVIRONMENT, "SESSIOND_SOCKET": str(socket_path)}

    def start(self, arguments, environment, **options):
        """Starts a program as the browsers' user, in a session of its own."""
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, USER, USER if os.geteuid() == 0 else -1)
        if os.geteuid() == 0:
            options |= {"user": USER, "group": USER, "extra_groups": []}
        return subprocess.Popen(
            arguments, env={**self._environment, **environment}, cwd=self.folder, start_new_session=True, **options)

    def end(self, process):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def remove(self):
        """Removes what the browser had there."""
        # A process of it may still be writing.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.folder.exists() and time.monotonic() < deadline:
            shutil.rmtree(self.folder, ignore_errors=True)

    def hosts(self):
        """The processes of the hosts."""
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.readlink(path / "exe") == str(self.host_path):
                    yield int(path.name)


class Browser:
    """A browser with the extension and its host; it runs when it is started, and is removed with all that it had."""

    # Where it keeps whom it trusts, in its folder.
    CERTIFICATES = None

    def __init__(self, place, authority=None):
        """`authority` is a certificate that it trusts, as an administrator would have it."""
        self.place, self.folder = place, place.folder
        self.output_path = self.folder / "output"
        (self.folder / "profile").mkdir()
        if authority:
            self.trust(authority)
        self.process = None

    def trust(self, authority):
        folder = self.folder / self.CERTIFICATES
        folder.mkdir(parents=True, exist_ok=True)
        for arguments in (["-N", "--empty-password"], ["-A", "-n", "a test's", "-t", "C,,", "-i", authority]):
            subprocess.run(["certutil", "-d", f"sql:{folder}", *arguments], check=True)

    def spawn(self, arguments, **options):
        """Starts the program, with its folder as its home."""
        home = str(self.place.inside)
        with open(self.output_path, "ab") as output:
            self.process = self.place.start(
                arguments, {"HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"}, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, **options)

    def fail(self, what):
        raise BrowserError(f"{what}: {self.output_path.read_text(errors='replace')[-4000:]}")

    def hosts(self):
        """The processes of its hosts, the oldest first."""
        return sorted(self.place.hosts())

    def hosts_of(self, count):
        """Waits until there are so many hosts; their processes."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := self.hosts()) != count:
            if time.monotonic() > deadline:
                self.fail(f"{len(found)} hosts, not {count}")
            time.sleep(0.02)
        return found

    def value(self, page, expression):
        """The value of an expression in a page; of a promise, what comes of it. An error of the page is a string."""
        made = self.evaluate(
            page, f"(async () => JSON.stringify([await ({expression})]))()"
                  ".catch(error => `!${error.name}: ${error.message}`)")
        if made is None:
            raise BrowserError("the page was left while it was asked")
        if made.startswith("!"):
            return made[1:]
        return (json.loads(made) or [None])[0]

    def wait(self, page, condition):
        """Waits until a condition holds in a page, which may be loaded again meanwhile."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        look = f"(() => {{ try {{ return Boolean({condition}); }} catch {{ return false; }} }})()"
        while True:
            with contextlib.suppress(BrowserError):
                if self.value(page, look) is True:
                    return
            if time.monotonic() > deadline:
                text = self.value(page, "document.body?.innerText")
                self.fail(f"{condition} did not come about; the page shows {text!r}")
            time.sleep(0.05)

    def remove(self):
        if self.process:
            self.place.end(self.process)
            self.process.wait()
        self.place.remove()


class Chromium(Browser):
    """Debian's chromium."""

    NAME = "chromium"
    CERTIFICATES = ".pki/nssdb"

    def start(self, *arguments):
        self._read, theirs_to_write = os.pipe()
        theirs_to_read, self._write = os.pipe()
        # It has the pipes as descriptors 3 and 4.
        shell = f'exec "$@" 3<&{theirs_to_read} 4>&{theirs_to_write}'
        self.spawn(
            [
                "/bin/bash", "-c", shell, "bash", "chromium", "--headless", "--remote-debugging-pipe",
                "--enable-unsafe-extension-debugging", f"--user-data-dir={self.place.inside}/profile", "--no-first-run",
                "--disable-gpu", "--host-resolver-rules=MAP *.example.com 127.0.0.1",
                f"--window-size={WIDTH},{HEIGHT}", *arguments, "about:blank",
            ], pass_fds=[theirs_to_read, theirs_to_write])
        os.close(theirs_to_read)
        os.close(theirs_to_write)
        self._received, self._number = b"", 0
        if self.place.extension:
            self.load()
        return self

    def load(self, extension=None, host_name=HOST_NAME, host_path=None):
        """Loads an extension, the product's by default, also where it is there already, and lets it start its host."""
        identifier = self.call("Extensions.loadUnpacked", path=str(extension or self.place.extension))["id"]
        allowed = {"allowed_origins": [f"chrome-extension://{identifier}/"]} if extension else {}
        write_manifest(
            self.folder / "profile" / "NativeMessagingHosts", CHROMIUM_MANIFEST, host_name,
            host_path or self.place.host_path, **allowed)
        assert extension or identifier == CHROMIUM_ID, identifier

    def unload(self):
        self.call("Extensions.uninstall", id=CHROMIUM_ID)

    def call(self, method, page=None, /, **params):
        self._number += 1
        message = {"id": self._number, "method": method, "params": params, **({"sessionId": page} if page else {})}
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            pass
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        return answer["result"]

    def _next(self):
        while b"\0" not in self._received:
            readable, _, _ = select.select([self._read], [], [], 2 * PATIENCE_SECONDS)
            chunk = os.read(self._read, 1 << 20) if readable else b""
            if not chunk:
                self.fail("chromium has ended" if readable else "chromium does not answer")
            self._received += chunk
        line, self._received = self._received.split(b"\0", 1)
        return json.loads(line)

    def open(self, url):
        """A new tab with a page that is loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        page = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.targets = {**getattr(self, "targets", {}), page: target}
        self.go(page, url)
        return page

    def go(self, page, url):
        answer = self.call("Page.navigate", page, url=url)
        assert "errorText" not in answer, answer
        self.wait(page, 'document.readyState === "complete" && location.href !== "about:blank"')

    def back(self, page):
        history = self.call("Page.getNavigationHistory", page)
        entry = history["entries"][history["currentIndex"] - 1]
        self.call("Page.navigateToHistoryEntry", page, entryId=entry["id"])
        self.wait(page, f'location.href === {json.dumps(entry["url"])} && document.readyState === "complete"')

    def close(self, page):
        self.call("Target.closeTarget", targetId=self.targets.pop(page))

    def evaluate(self, page, expression):
        # A page that is just left takes the promise with it.
        answer = self.call(
            "Runtime.evaluate", page, expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"]))
        return answer["result"]["value"]

    def picture(self, page):
        return base64.b64decode(self.call("Page.captureScreenshot", page, format="png")["data"])


class Firefox(Browser):
    """Debian's firefox-esr."""

    NAME = "firefox"
    CERTIFICATES = "profile"
    SETTINGS = {
        "marionette.port": 0, "network.dns.localDomains": "till.example.com,other.example.com",
        "datareporting.policy.dataSubmissionEnabled": False, "browser.shell.checkDefaultBrowser": False,
        "app.normandy.enabled": False, "browser.startup.homepage_override.mstone": "ignore",
    }

    def start(self, *arguments):
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in self.SETTINGS.items()]
        (self.folder / "profile" / "user.js").write_text("".join(lines))
        self.spawn([
            "firefox-esr", "--headless", "--marionette", "--no-remote", "--profile",
            f"{self.place.inside}/profile",
            "--width", str(WIDTH), "--height", str(HEIGHT), *arguments, "about:blank"])
        self._socket = socket.create_connection(("127.0.0.1", self._port()))
        self._lines = self._socket.makefile("rb")
        self._number = 0
        self._next()
        self.call("WebDriver:NewSession")
        self.call("WebDriver:SetTimeouts", script=int(3000 * PATIENCE_SECONDS))
        self._home = self.call("WebDriver:GetWindowHandle")["value"]
        if self.place.extension:
            self.load()
        return self

    def _port(self):
        path = self.folder / "profile" / "MarionetteActivePort"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (path.exists() and path.read_text().strip()):
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.fail("firefox-esr did not start")
            time.sleep(0.02)
        return int(path.read_text())

    def load(self, extension=None, host_name=HOST_NAME, host_path=None):
        """Loads an extension, the product's by default, also where it is there already, and lets it start its host."""
        identifier = self.call(
            "Addon:Install", path=str(extension or self.place.extension), temporary=True)["value"]
        allowed = {"allowed_extensions": [identifier]} if extension else {}
        write_manifest(
            self.folder / ".mozilla" / "native-messaging-hosts", FIREFOX_MANIFEST, host_name,
            host_path or self.place.host_path, **allowed)
        assert extension or identifier == FIREFOX_ID, identifier

    def unload(self):
        self.call("Addon:Uninstall", id=FIREFOX_ID)

    def call(self, command, /, **params):
        self._number += 1
        data = json.dumps([0, self._number, command, params]).encode()
        self._socket.sendall(str(len(data)).encode() + b":" + data)
        _, number, error, result = self._next()
        assert number == self._number, (number, self._number)
        if error:
            raise BrowserError(f"{command}: {error['error']}: {error['message']}")
        return result

    def _next(self):
        size = b""
        while not size.endswith(b":"):
            byte = self._lines.read(1)
            if not byte:
                self.fail("firefox-esr has ended")
            size += byte
        return json.loads(self._lines.read(int(size[:-1])))

    def open(self, url):
        """A new tab with a page that is loaded."""
        page = self.call("WebDriver:NewWindow", type="tab")["handle"]
        self.go(page, url)
        return page

    def go(self, page, url):
        self._turn_to(page)
        self.call("WebDriver:Navigate", url=url)

    def back(self, page):
        self._turn_to(page)
        self.call("WebDriver:Back")

    def close(self, page):
        self._turn_to(page)
        self.call("WebDriver:CloseWindow")
        self._turn_to(self._home)

    def _turn_to(self, page):
        self.call("WebDriver:SwitchToWindow", handle=page)

    def evaluate(self, page, expression):
        self._turn_to(page)
        # Beside the page's scripts, whose policy may allow no eval().
        script = (
            f"const done = arguments[arguments.length - 1];\n({expression})"
            ".then(value => done(value), error => done(`!${error}`));")
        return self.call("WebDriver:ExecuteAsyncScript", script=script, args=[])["value"]

    def picture(self, page):
        self._turn_to(page)
        return base64.b64decode(self.call("WebDriver:TakeScreenshot", full=False)["value"])
