# SPDX-License-Identifier: Apache-2.0
"""A workspace for daemons whose authority is the emulator: its keys and accounts, other authorities, nginx in front."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from harness import PATIENCE_SECONDS, RPCError, Token
from synerise import ANN, API_KEY, BOB, PASSWORDS, SyneriseTestCase

OTHER_KEY = "canary-api-key-0815"
PROVIDER_TOKEN = "canary-google-token-of-carl"
# The calls whose REST form no document gives, where they are and what switches them on, here and there.
SIGN_OUT_PATH, DELETE_ACCOUNT_PATH, SIMPLE_PATH = "/own/sign-out", "/own/delete-account", "/own/simple"
OWN_PATHS = {
    "SignOutPath": SIGN_OUT_PATH, "DeleteAccountPath": DELETE_ACCOUNT_PATH, "SimpleAuthenticationPath": SIMPLE_PATH,
}
EMULATOR_PATHS = [
    f"--sign-out-path={SIGN_OUT_PATH}", f"--delete-account-path={DELETE_ACCOUNT_PATH}",
    f"--simple-authentication-path={SIMPLE_PATH}",
]


class WorkspaceTestCase(SyneriseTestCase):
    """A test with emulators and daemons that ask them; none is started before it begins."""

    def start_emulator(self, *arguments, **options):
        """A running emulator that knows both keys, both accounts and a provider's customer."""
        options = {"api_keys": [API_KEY, OTHER_KEY], **options}
        return self.make_emulator(f"--provider-token=GOOGLE:{PROVIDER_TOKEN}", *arguments, **options)

    def make_synerise(self, emulator, key=API_KEY, arguments=(), session=None, **settings):
        """A daemon that is not started, on an emulator, with the API key in a file."""
        daemon = self.make_daemon(arguments=arguments)
        self.configure(daemon, emulator, key, session, **settings)
        return daemon

    def configure(self, daemon, emulator, key=API_KEY, session=None, **settings):
        """Configures a daemon; `key` goes to its file, `None`: there is no setting at all that names one."""
        synerise = {"BaseURL": emulator.url}
        if key is not None:
            key_path = daemon.folder / "api-key"
            key_path.write_text(key + "\n")
            key_path.chmod(0o600)
            synerise["APIKeyFile"] = key_path
        daemon.configure({
            "Authority": {"Kind": "synerise"}, "Synerise": {**synerise, **settings},
            "Session": {"IdentifierSalt": "someString", **(session or {})},
        })

    def start_synerise(self, emulator, **options):
        """A running daemon on an emulator."""
        return self.make_synerise(emulator, **options).start()

    def assert_verifies(self, emulator, text):
        """Fails unless openssl verifies the RS512 signature of a token with the key that E9 publishes; its claims."""
        status, _, pem = emulator.request("GET", "/v4/public.pem")
        self.assertEqual(status, 200)
        token = Token(text)
        self.assertEqual(token.header["alg"], "RS512")
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "key.pem").write_bytes(pem)
            (folder / "signature").write_bytes(token.signature)
            verified = subprocess.run(
                ["openssl", "dgst", "-sha512", "-verify", folder / "key.pem", "-signature", folder / "signature"],
                input=token.signed, capture_output=True)
        self.assertEqual((verified.returncode, verified.stdout), (0, b"Verified OK\n"), verified.stderr)
        return token.claims

    def settle(self, daemon, rounds=3):
        """Asks the authority a few more times, without any effect on the session.

        All transfers are on one thread of the daemon: an answer that was let go before these is worked off by then.
        """
        for _ in range(rounds):
            with contextlib.suppress(RPCError):
                daemon.call("session.profile")
            with contextlib.suppress(RPCError):
                daemon.call("session.signIn", email=BOB, password="wrong", conditional=True)

    def transitions(self, daemon):
        """What the daemon has logged of the session so far."""
        daemon.log_after(lambda: self.mark(daemon), "the customer's labels changed")
        return re.findall(
            r"^NOTICE (the customer's session ended: \w+|there is a new UUID: \w+|a customer was authenticated: \w+"
            r"|the token was refreshed)", daemon.output.text, re.MULTILINE)

    def mark(self, daemon):
        """Changes a label there and back: the log has a line then that is behind all that happened before."""
        daemon.call("session.setIdentity", customIdentifier="mark")
        daemon.call("session.setIdentity", customIdentifier=None)


def sign_in(client, login=ANN, password=None, **params):
    """Signs one of the accounts in."""
    return client.call("session.signIn", email=login, password=password or PASSWORDS[login], **params)


def token_of(client, **params):
    """The effective token's text."""
    return client.call("session.retrieveToken", **params)["token"]


def begin(client, method, **params):
    """Sends a request and does not wait for its answer; the request."""
    request = client.request(method, params or None)
    client.send(request)
    return request


def until_read(client):
    """Waits until the daemon has read all that was sent on a connection before: a read overtakes what waits there.

    Fails where one of the earlier requests was answered already.
    """
    request = begin(client, "session.getUUID")
    response = client.read_response()
    assert response["id"] == request["id"], response


class CertificateAuthority:
    """A CA of the test's own, made with openssl, and the certificates that it issues."""

    def __init__(self, folder, name="A CA of a test"):
        self.folder = folder
        self.path = folder / "ca.pem"
        self._key = folder / "ca.key"
        self._run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign", "-keyout", self._key, "-out", self.path)

    def issue(self, name, subject, expired=False):
        """A certificate for a subjectAltName such as `DNS:localhost`; its path and that of its key."""
        key, request, made = (self.folder / f"{name}.{suffix}" for suffix in ("key", "csr", "pem"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={subject}\nextendedKeyUsage=serverAuth\n")
        self._run(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", key, "-out", request)
        # Whole days, from now: one that ended a day ago.
        self._run(
            "x509", "-req", "-in", request, "-CA", self.path, "-CAkey", self._key, "-CAcreateserial",
            "-days", "-1" if expired else "2", "-extfile", extensions, "-out", made)
        return made, key

    @staticmethod
    def _run(*arguments):
        done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True)
        assert done.returncode == 0, done.stderr.decode()


class TLSFront:
    """An nginx that speaks TLS in front of an emulator, a plain process with a configuration of its own.

    It inherits its listening sockets, which are bound to ports that the kernel chose.
    """

    def __init__(self, emulator, certificates):
        """`certificates` names a certificate and its key for each port."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sn-", dir=os.environ.get("XDG_RUNTIME_DIR", "/tmp")))
        self.sockets = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in certificates]
        self.ports = [item.getsockname()[1] for item in self.sockets]
        servers = "".join(
            f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {made}; ssl_certificate_key {key};"
            f" location / {{ proxy_pass {emulator.url}; }} }}\n"
            for port, (made, key) in zip(self.ports, certificates))
        temporary = "".join(
            f"{name}_temp_path {self.folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        # The authority's Date has to get through: nginx would put its own in its place.
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\npid {self.folder}/pid;\nerror_log stderr;\n{'' if os.geteuid() else 'user root;'}\n"
            "events { worker_connections 512; }\n"
            f"http {{\naccess_log off;\n{temporary}proxy_http_version 1.1;\nproxy_set_header Connection \"\";\n"
            f"proxy_set_header Host $host;\nproxy_pass_header Date;\nssl_protocols TLSv1.2 TLSv1.3;\n{servers}}}\n")
        self.stderr_path = self.folder / "stderr"
        self.process = None

    def start(self):
        """Starts it; connections wait in the sockets until it takes them."""
        # nginx takes inherited sockets over as it does when its binary is upgraded: their numbers are in NGINX.
        program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            raise AssertionError("there is no nginx: install nginx-light")
        with open(self.stderr_path, "ab") as errors:
            self.process = subprocess.Popen(
                [program, "-p", self.folder, "-c", self.folder / "nginx.conf"],
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, cwd="/",
                env={"NGINX": "".join(f"{item.fileno()};" for item in self.sockets)},
                pass_fds=[item.fileno() for item in self.sockets])
        return self

    def url(self, index=0, host="localhost"):
        """The base URL on one of the ports."""
        return f"https://{host}:{self.ports[index]}"

    def remove(self):
        """Ends it and removes everything it had."""
        if self.process:
            # Its worker ends with it, unless it is killed.
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
        for item in self.sockets:
            item.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Address:
    """Where a daemon is to look for its authority, in place of an emulator."""

    def __init__(self, url):
        self.url = url
