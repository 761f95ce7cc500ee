# SPDX-License-Identifier: Apache-2.0
"""The servers that are measured side by side, each with a socket of its own, and how each is asked for its token."""

import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import bare_server
from harness import BINARIES, PATIENCE_SECONDS, Client, Daemon

# Enough for the largest number of connections and what a server has open besides: LimitNOFILE= of a unit.
DESCRIPTORS = 20_000
LIMITS = {"Connections": 16_448, "ConnectionsPerUser": 16_448}


class Server:
    """What all of them have: a process, a socket, and the arguments with which session-bench asks for the token."""

    asking = ()
    # Of every process that it consists of.
    pids = ()

    def remove(self):
        """Ends it and removes everything it had."""


class Sessiond(Server):
    name = "sessiond"

    def __init__(self):
        self.daemon = Daemon({"Limits": LIMITS}).start()
        self.path = self.daemon.socket_path
        self.pids = [self.daemon.process.pid]

    @property
    def answer_bytes(self):
        """How long the answer to what is asked here is, with its LF."""
        with Client(self.path) as client:
            client.send(client.request("session.retrieveToken"))
            return len(client.read_line()) + 1

    @property
    def token(self):
        return self.daemon.call("session.retrieveToken")["token"]

    def remove(self):
        self.daemon.remove()


class BareServer(Server):
    name = "bare server"

    def __init__(self, answer_bytes):
        self.server = bare_server.BareServer(answer_bytes).start()
        self.path = self.server.path
        self.pids = [self.server.process.pid]

    def remove(self):
        self.server.remove()


class SyncedWrite(Server):
    """No server: what is written durably where the daemon keeps its state, about as many bytes as it writes of a change."""

    name = "synced write"
    length = 1_024

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-"))
        self.file = os.open(self.folder / "state", os.O_RDWR | os.O_CREAT)
        # Its size stays what it is, as that of the daemon's files does.
        os.pwrite(self.file, bytes(1 << 20), 0)
        os.fsync(self.file)

    def write(self):
        """Writes once; it is durable when this returns."""
        os.pwrite(self.file, os.urandom(self.length), 0)
        os.fdatasync(self.file)

    def remove(self):
        os.close(self.file)
        shutil.rmtree(self.folder)


class Redis(Server):
    """One value, as long as sessiond's answer."""

    name = "redis"
    program = "redis-server"
    asking = ("--dialect", "redis", "--ask", "token")

    def __init__(self, answer_bytes):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-"))
        self.path = self.folder / "s"
        self.process = subprocess.Popen(
            [self.program, "--port", "0", "--unixsocket", self.path, "--save", "",
             "--maxclients", str(LIMITS["Connections"]), "--dir", self.folder], stdout=subprocess.DEVNULL)
        self.pids = [self.process.pid]
        wait_for_socket(self.path, self.process)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.path))
            connection.sendall(b"SET token %b\r\n" % (b"x" * answer_bytes))
            assert connection.recv(64) == b"+OK\r\n"

    def remove(self):
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)
        shutil.rmtree(self.folder)


class OIDCAgent(Server):
    """An agent with one account, whose token is as long as sessiond's and lives for a day."""

    name = "oidc-agent"
    program = "oidc-agent"
    account = "bench"
    asking = ("--dialect", "oidc-agent", "--ask", account)

    def __init__(self, token):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sb-"))
        self.provider = Provider(token)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        started = subprocess.run([self.program], env=self.environment, capture_output=True, text=True, check=True)
        said = dict(part.split("=", 1) for part in started.stdout.replace("\n", "").split(";") if "=" in part)
        self.path = said["OIDC_SOCK"]
        self.pids = [int(said["OIDCD_PID"])]
        self.environment["OIDC_SOCK"] = self.path
        self._add_account()
        # The agent is two processes.
        self.pids += children(self.pids[0])

    def _add_account(self):
        password = self.folder / "password"
        password.write_text("x\n")
        subprocess.run(
            ["oidc-gen", self.account, "--issuer", self.provider.address, "--client-id", "c", "--client-secret", "s",
             "--flow=refresh", "--rt=r", "--scope=openid offline_access", "--redirect-uri=http://localhost:4242",
             f"--pw-file={password}", "--manual", "--no-url-call", "--no-scheme"],
            env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=PATIENCE_SECONDS)

    def remove(self):
        for pid in self.pids:
            os.kill(pid, 9)
        self.provider.remove()
        shutil.rmtree(self.folder)


class Provider:
    """An OpenID provider on loopback that gives everybody the same token."""

    def __init__(self, token):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                base = provider.address.rstrip("/")
                self.answer({
                    "issuer": base, "authorization_endpoint": base + "/a", "token_endpoint": base + "/t",
                    "scopes_supported": ["openid", "offline_access"], "grant_types_supported": ["refresh_token"],
                    "response_types_supported": ["code"],
                })

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer({
                    "access_token": token, "token_type": "Bearer", "expires_in": 86_400, "refresh_token": "r",
                    "scope": "openid offline_access",
                })

            def answer(self, value):
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def remove(self):
        self.server.shutdown()
        self.server.server_close()


def children(pid):
    return [int(item) for item in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for_socket(path, process):
    """Waits until a server listens, which says so nowhere else."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as connection:
            if connection.connect_ex(str(path)) == 0:
                return
    raise AssertionError(f"nobody listens on {path}")


def wait_for_line(stream, beginning):
    """Reads lines until one begins so."""
    for line in stream:
        if line.startswith(beginning):
            return
    raise AssertionError(f"the end of the output instead of {beginning}")


def program(name):
    return BINARIES / name
