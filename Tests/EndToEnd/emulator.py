# SPDX-License-Identifier: Apache-2.0
"""Starts the built emulators of authorities and steers them by their control endpoints.

Like harness.py: SESSIOND_BIN_DIR names the folder of the binaries, and nothing here sleeps.
"""

import functools
import http.client
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS

READY_PREFIX = "listening on "


class ControlError(Exception):
    """A control call that was refused."""


@functools.lru_cache(maxsize=None)
def signing_key():
    """An RSA key in PEM, one for all emulators: with it a restarted one still knows its tokens."""
    made = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, check=True)
    return made.stdout.decode()


class AuthorityEmulator:
    """One emulator on a port of its own; `start()` it, and `remove()` it in the end.

    `arguments` are its flags. `faults` are those from the start, such as "on=E5,times=1,status=503".
    """

    PROGRAM = None

    def __init__(self, *arguments, faults=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="se-", dir=os.environ.get("XDG_RUNTIME_DIR", "/tmp")))
        self.log_path = self.folder / "log"
        self.stderr_path = self.folder / "stderr"
        self.key_path = self.folder / "key.pem"
        self.key_path.write_text(signing_key())
        self.arguments = [str(argument) for argument in arguments]
        self.arguments += [f"--fault={fault}" for fault in faults]
        self.process = None
        self.port = 0

    @property
    def url(self):
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Starts it and waits for its line; started again, it takes the port that it had."""
        with open(self.stderr_path, "ab") as errors:
            self.process = subprocess.Popen(
                [
                    BINARIES / self.PROGRAM, "--port", str(self.port), "--key", self.key_path,
                    "--log", self.log_path, *self.arguments,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=ENVIRONMENT,
                cwd="/",
            )
        line = self._read_line()
        assert line.startswith(READY_PREFIX), (line, self.stderr)
        self.port = urllib.parse.urlsplit(line[len(READY_PREFIX):]).port
        return self

    def _read_line(self):
        deadline = time.monotonic() + PATIENCE_SECONDS
        output, received = self.process.stdout, b""
        while not received.endswith(b"\n"):
            readable, _, _ = select.select([output], [], [], max(0, deadline - time.monotonic()))
            chunk = os.read(output.fileno(), 4096) if readable else b""
            if not chunk:
                self.stop()
                raise AssertionError(f"{self.PROGRAM} said nothing: {received!r} {self.stderr}")
            received += chunk
        return received.decode().rstrip("\n")

    @property
    def stderr(self):
        """What it has written so far."""
        return self.stderr_path.read_text(errors="replace") if self.stderr_path.exists() else ""

    def stop(self):
        """Ends it: from now on connections are refused; its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        status = self.process.wait(timeout=PATIENCE_SECONDS)
        self.process.stdout.close()
        self.process = None
        return status

    def restart(self):
        """Ends it and starts it again on the same port, with the faults and the clock of its flags."""
        self.stop()
        return self.start()

    def remove(self):
        """Ends it and removes everything it had."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def request(self, method, path, body=None, token=None, headers=(), form=None):
        """One request, with a value as JSON or an encoded form; the status, the headers and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            fields = {"Connection": "close", **dict(headers)}
            if token is not None:
                fields["Authorization"] = f"Bearer {token}"
            if body is not None:
                fields["Content-Type"] = "application/json"
                body = json.dumps(body).encode()
            if form is not None:
                fields["Content-Type"] = "application/x-www-form-urlencoded"
                body = form.encode()
            connection.request(method, path, body, fields)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def control(self, method, path, body=None):
        """A control call; its answer."""
        status, _, answer = self.request(method, f"/__control/{path}", body)
        answer = json.loads(answer)
        if status != 200:
            raise ControlError(answer["error"])
        return answer

    def fault(self, *specifications):
        """Adds faults."""
        return self.control("POST", "faults", {"faults": list(specifications)})["faults"]

    def faults(self):
        """The faults that still apply."""
        return self.control("GET", "faults")["faults"]

    def clear_faults(self):
        """Removes every fault; what is held stays held."""
        self.control("DELETE", "faults")

    def wait_until_held(self, count=1):
        """Waits until so many answers are held; how many there are."""
        return self.control("GET", f"held?atLeast={count}")["held"]

    def release(self):
        """Lets go what is held; how many answers that were."""
        return self.control("POST", "release", {})["released"]

    def set_clock(self, offset_seconds):
        """Sets how far its clock is ahead of the machine's."""
        return self.control("POST", "clock", {"offsetSeconds": offset_seconds})

    def advance_clock(self, seconds):
        """Moves its clock on."""
        return self.control("POST", "clock", {"advanceSeconds": seconds})

    def log(self, on=None, at_least=0, since=0):
        """The requests so far, or those to one endpoint such as "E5"; waits until there are so many."""
        query = {"atLeast": at_least, "since": since, **({"on": on} if on else {})}
        return self.control("GET", f"log?{urllib.parse.urlencode(query)}")["entries"]

    def count(self, on=None, since=0):
        """How many requests there were."""
        return len(self.log(on, since=since))


class Emulator(AuthorityEmulator):
    """A synerise-emulator."""

    PROGRAM = "synerise-emulator"

    def __init__(self, *arguments, api_keys=(), accounts=None, faults=()):
        super().__init__(
            *arguments, *(f"--api-key={key}" for key in api_keys),
            *(f"--account={login}:{password}" for login, password in (accounts or {}).items()), faults=faults)

    def set_lifetime(self, seconds):
        """Sets how long tokens live that it makes from now on."""
        return self.control("POST", "lifetime", {"seconds": seconds})

    def revoke(self, **selection):
        """Revokes tokens by `jti`, `token`, `uuid`, `login`, or `all=True`; how many were valid."""
        return self.control("POST", "revoke", selection)["revoked"]
