# SPDX-License-Identifier: Apache-2.0
"""Drives the real sessiond and sessionctl from outside, with nothing of theirs.

SESSIOND_BIN_DIR names the folder that holds both (default: .build/debug of the package).
Nothing here sleeps: it waits for READY=1 on a socket of its own, for lines, for the end of a process.
"""

import base64
import functools
import hashlib
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
import unittest

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("SESSIOND_BIN_DIR", PACKAGE / ".build" / "debug")).resolve()
# What the programs get of this process's environment: where to find others, what a sanitizer does, and which mutant is
# switched on.
HANDED_ON = ("PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "SESSIOND_MUTANT")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", **{name: value for name, value in os.environ.items() if name in HANDED_ON}}
# How long anything may take before it counts as hanging; never how long something is waited for.
PATIENCE_SECONDS = 60.0
# Slow enough that a few lines that are already in the daemon's buffer are read first, whatever else runs here.
SLOW_ROUNDS = 3_000_000


class RPCError(Exception):
    """An error answer."""

    def __init__(self, error):
        self.code = error["code"]
        self.message = error["message"]
        self.data = error.get("data", {})
        self.name = self.data.get("name")
        super().__init__(f"{self.name} ({self.code}): {self.message}")


class ConnectionEnded(Exception):
    """The daemon ended the connection."""


def _strict_object(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"duplicate names in an answer: {names}")
    return dict(pairs)


def parse(line):
    """The value of a line, read as strictly as it has to be written."""
    return json.loads(line.decode("utf-8", errors="strict"), object_pairs_hook=_strict_object)


def check_response(response):
    """Fails unless the value is one JSON-RPC 2.0 response as sessiond-protocol(7) has it."""
    assert isinstance(response, dict), response
    assert response.get("jsonrpc") == "2.0", response
    assert "id" in response, response
    assert ("result" in response) != ("error" in response), response
    assert set(response) <= {"jsonrpc", "id", "result", "error"}, response
    if "error" in response:
        error = response["error"]
        assert set(error) <= {"code", "message", "data"}, error
        assert type(error["code"]) is int and type(error["message"]) is str, error
        assert "\n" not in error["message"], error
        assert type(error["data"]["name"]) is str and type(error["data"]["retryable"]) is bool, error
    return response


class Client:
    """One connection, speaking bytes."""

    def __init__(self, path):
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._adopt(made)
        made.connect(str(path))

    @classmethod
    def over(cls, connection):
        """A client over a connection that somebody else has made."""
        client = cls.__new__(cls)
        client._adopt(connection)
        return client

    def _adopt(self, connection):
        connection.settimeout(PATIENCE_SECONDS)
        self.socket = connection
        self._received = b""
        self._next_id = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def half_close(self):
        """Says that nothing more will be sent."""
        self.socket.shutdown(socket.SHUT_WR)

    def send_raw(self, data):
        self.socket.sendall(data)

    def send(self, *values):
        """Sends values, one a line, in one write."""
        self.send_raw(b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values))

    def read_line(self):
        """The next line, without its LF."""
        while b"\n" not in self._received:
            chunk = self.socket.recv(1 << 16)
            if not chunk:
                if self._received:
                    raise AssertionError("the daemon's last line has no LF")
                raise ConnectionEnded()
            self._received += chunk
        line, self._received = self._received.split(b"\n", 1)
        return line

    def read(self):
        """The next line's value."""
        return parse(self.read_line())

    def read_response(self):
        return check_response(self.read())

    def read_responses(self, count):
        """So many responses, by id."""
        responses = [self.read_response() for _ in range(count)]
        by_id = {response["id"]: response for response in responses}
        assert len(by_id) == count, responses
        return by_id

    def read_end(self):
        """Waits for the end of the connection; fails if anything comes before."""
        try:
            line = self.read_line()
        except (ConnectionEnded, ConnectionResetError):
            return
        raise AssertionError(f"unexpected line of {len(line)} bytes before the end: {line[:200]!r}")

    def request(self, method, params=None):
        """A request with a new id."""
        self._next_id += 1
        request = {"jsonrpc": "2.0", "id": self._next_id, "method": method}
        if params is not None:
            request["params"] = params
        return request

    def call(self, method, /, **params):
        """The result of a call; raises RPCError."""
        return self.call_with(method, params or None)

    def call_with(self, method, params):
        request = self.request(method, params)
        self.send(request)
        response = self.read_response()
        assert response["id"] == request["id"], (request, response)
        return outcome(response)


def outcome(response):
    """The result of a response; raises RPCError."""
    if "error" in response:
        raise RPCError(response["error"])
    return response["result"]


class Daemon:
    """One sessiond with a state folder and a socket of its own."""

    def __init__(self, sections=None, accounts=None, arguments=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sd-", dir=os.environ.get("XDG_RUNTIME_DIR", "/tmp")))
        self.socket_path = self.folder / "s"
        self.state_path = self.folder / "state"
        self.state_path.mkdir(mode=0o700)
        self.config_path = self.folder / "sessiond.conf"
        self.accounts_path = self.folder / "accounts"
        self.stderr_path = self.folder / "stderr"
        self.arguments = list(arguments)
        self.process = None
        self.clients = []
        self.configure(sections or {}, accounts)

    def configure(self, sections, accounts=None):
        """Writes the configuration and the accounts, `{login: hash}`."""
        settings = {"Authority": {"Kind": "local"}}
        if accounts is not None:
            lines = "".join(f"{login}:{hashed}\n" for login, hashed in accounts.items())
            self.accounts_path.write_text(lines)
            self.accounts_path.chmod(0o600)
            settings["Local"] = {"AccountsFile": self.accounts_path}
        for section, entries in sections.items():
            settings.setdefault(section, {}).update(entries)
        text = "".join(
            f"[{section}]\n" + "".join(f"{key}={value}\n" for key, value in entries.items())
            for section, entries in settings.items()
        )
        self.config_path.write_text(text)

    def start(self):
        """Starts the daemon and waits until it says READY=1."""
        notify_path = self.folder / "n"
        notify_path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, open(self.stderr_path, "ab") as errors:
            notify.bind(str(notify_path))
            self.process = subprocess.Popen(
                [
                    BINARIES / "sessiond", "--socket", self.socket_path, "--state-directory", self.state_path,
                    "--config", self.config_path, *self.arguments,
                ],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env={**ENVIRONMENT, "NOTIFY_SOCKET": str(notify_path)},
                cwd="/",
            )
            self._wait_until_ready(notify)
        return self

    def _wait_until_ready(self, notify):
        end = os.pidfd_open(self.process.pid)
        deadline = time.monotonic() + PATIENCE_SECONDS
        try:
            while True:
                readable, _, _ = select.select([notify, end], [], [], max(0, deadline - time.monotonic()))
                if notify in readable:
                    if b"READY=1" in notify.recv(1 << 16).split(b"\n"):
                        return
                elif end in readable:
                    raise AssertionError(f"sessiond ended with {self.process.wait()}: {self.stderr}")
                else:
                    self.kill()
                    raise AssertionError(f"sessiond was not ready in {PATIENCE_SECONDS:.0f} s: {self.stderr}")
        finally:
            os.close(end)

    @property
    def stderr(self):
        """What it has written so far."""
        return self.stderr_path.read_text(errors="replace") if self.stderr_path.exists() else ""

    def client(self):
        """A new connection, closed with the daemon."""
        client = Client(self.socket_path)
        self.clients.append(client)
        return client

    def call(self, method, /, **params):
        """One call over a connection of its own."""
        with Client(self.socket_path) as client:
            return client.call(method, **params)

    def stop(self):
        """Stops it as systemd does; its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self):
        """Ends it at once."""
        return self._end(signal.SIGKILL)

    def _end(self, number):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(timeout=PATIENCE_SECONDS)
        self.process = None
        return status

    def restart(self, kill=False):
        """Ends it and starts it again on the same state."""
        self.kill() if kill else self.stop()
        return self.start()

    def start_afresh(self):
        """Kills it and starts it on an empty state: what an authority has asked for lasts over a restart."""
        self.kill()
        self.empty_state()
        return self.start()

    def empty_state(self):
        """Removes what it has stored; it does not run."""
        shutil.rmtree(self.state_path)
        self.state_path.mkdir(mode=0o700)

    def remove(self):
        """Ends it and removes everything it had."""
        for client in self.clients:
            client.close()
        try:
            self.kill()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def sessionctl(self, *arguments, stdin=b""):
        """Runs the command line against this daemon."""
        return subprocess.run(
            [BINARIES / "sessionctl", "--socket", self.socket_path, *arguments],
            input=stdin,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            env={**ENVIRONMENT, "LC_ALL": "C.UTF-8"},
        )


class DaemonTestCase(unittest.TestCase):
    """A test with a daemon of its own; `daemon` is running when it begins."""

    maxDiff = None
    sections = {}
    accounts = None

    def setUp(self):
        self.daemon = self.new_daemon(self.sections, self.accounts)
        self.client = self.daemon.client()

    def new_daemon(self, sections=None, accounts=None, arguments=()):
        daemon = Daemon(sections, accounts, arguments)
        self.addCleanup(daemon.remove)
        return daemon.start()

    def assert_refused(self, name, call, *arguments, **params):
        """Fails unless the call answers an error of that name; the error."""
        with self.assertRaises(RPCError) as caught:
            call(*arguments, **params)
        self.assertEqual(caught.exception.name, name, caught.exception)
        return caught.exception

    def assert_error(self, response, code, name, identifier=None):
        """Fails unless the response is that error for that id."""
        self.assertIn("error", check_response(response))
        self.assertEqual(response["id"], identifier)
        self.assertEqual((response["error"]["code"], response["error"]["data"]["name"]), (code, name))
        return response["error"]

    def assert_alive(self, client=None):
        """Fails unless the connection still answers."""
        self.assertEqual(set((client or self.client).call("session.getUUID")), {"uuid"})


def lasting(status):
    """What of a status stays the same while nothing happens."""
    passing = ("expiresInSeconds", "sessionEndsInSeconds", "authority")
    return {name: value for name, value in status.items() if name not in passing}


def rebooted(status):
    """What of a status stays the same over a reboot: a token is replaced early then, if the kernel was booted as well."""
    return {**lasting(status), "expiresAt": None}


def owner(token):
    """Whose token it is, by its claims."""
    return Token(token).claims["sub"]


@functools.lru_cache(maxsize=None)
def hashed(password, rounds=None):
    """A crypt(3) hash, SHA-512, made by openssl."""
    salt = "saltsalt" if rounds is None else f"rounds={rounds}$saltsalt"
    made = subprocess.run(
        ["openssl", "passwd", "-6", "-salt", salt, "-stdin"],
        input=password.encode() + b"\n", capture_output=True, check=True,
    )
    return made.stdout.decode().strip()


def unpadded(text):
    """The bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Token:
    """A JWT taken apart, RFC 7519."""

    def __init__(self, text):
        self.text = text
        header, claims, signature = text.split(".")
        self.signed = f"{header}.{claims}".encode()
        self.header = json.loads(unpadded(header))
        self.claims = json.loads(unpadded(claims))
        self.signature = unpadded(signature)

    def verifies(self, jwk):
        """Whether openssl verifies the ES256 signature with the key."""
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "key.pem").write_bytes(public_key_pem(jwk))
            (folder / "signature").write_bytes(ecdsa_signature_der(self.signature))
            verified = subprocess.run(
                [
                    "openssl", "dgst", "-sha256", "-verify", folder / "key.pem",
                    "-signature", folder / "signature",
                ],
                input=self.signed, capture_output=True,
            )
        return verified.returncode == 0 and b"Verified OK" in verified.stdout


def thumbprint(jwk):
    """The thumbprint of an EC key, RFC 7638."""
    text = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def public_key_pem(jwk):
    """SubjectPublicKeyInfo of a P-256 key, RFC 5480."""
    x, y = unpadded(jwk["x"]), unpadded(jwk["y"])
    assert jwk["kty"] == "EC" and jwk["crv"] == "P-256" and len(x) == len(y) == 32, jwk
    # SEQUENCE { SEQUENCE { OID ecPublicKey, OID prime256v1 }, BIT STRING (04 || x || y) }
    der = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") + x + y
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n".encode()


def ecdsa_signature_der(raw):
    """ECDSA-Sig-Value of r || s (RFC 7518 §3.4), RFC 3279 §2.2.3."""
    assert len(raw) == 64, len(raw)

    def integer(number):
        number = number.lstrip(b"\0") or b"\0"
        number = (b"\0" if number[0] & 0x80 else b"") + number
        return b"\x02" + bytes([len(number)]) + number

    body = integer(raw[:32]) + integer(raw[32:])
    return b"\x30" + bytes([len(body)]) + body
