# SPDX-License-Identifier: Apache-2.0
"""What the manual tells administrators to do, done as it is written, from the first line to what they are told to expect.

How a session moves, is restored, and gets another key is in test_key.py; upgrade, downgrade and removal in
test_package.py; the timer of the metrics in test_metrics.py.
"""

import json
import os
import pathlib
import re
import tempfile
import unittest

from machine import ACCOUNTS, APP, OBSERVER_SOCKET, OUTSIDER, SERVICE, SystemTestCase
from manual import Page
from workspace import CertificateAuthority

# A server that speaks TLS and answers whatever it is asked, and a proxy that connects everybody to it.
SERVER = """
import http.server, ssl, sys
class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404); self.send_header("Content-Length", "0"); self.end_headers()
    do_POST = do_HEAD = do_GET
server = http.server.ThreadingHTTPServer(("localhost", 0), Answers)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"""
PROXY = """
import socket, sys, threading
listener = socket.create_server(("localhost", 0))
print(listener.getsockname()[1], flush=True)
def pump(source, sink):
    while data := source.recv(65536):
        sink.sendall(data)
    sink.shutdown(socket.SHUT_WR)
while True:
    client, _ = listener.accept()
    request = b""
    while b"\\r\\n\\r\\n" not in request:
        request += client.recv(65536)
    print(request.split(b"\\r\\n")[0].decode(), flush=True)
    server = socket.create_connection(("localhost", int(sys.argv[1])))
    client.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    for ends in ((client, server), (server, client)):
        threading.Thread(target=pump, args=ends, daemon=True).start()
"""
TILL = """
[Service]
Type=oneshot
User=guest
ExecStart=/usr/bin/sessionctl token --header
StandardOutput=truncate:/run/till.out
StandardError=truncate:/run/till.err
"""


class Procedure(SystemTestCase):
    page = Page("sessiond.8")

    def write_and_undo(self, path, text):
        self.box.write(path, text)
        self.addCleanup(self.box.do, "rm", "-rf", path)

    def check_authority(self):
        """Status, and what is said of the authority."""
        done = self.box.run("sessiond", "--check-authority")
        return done.returncode, done.stdout + done.stderr


class InAHurry(Procedure):
    def test_the_first_page(self):
        install, let_in, see = self.page.examples("IN A HURRY")
        if packages := os.environ.get("SESSIOND_PACKAGES", "").split():
            for package in packages:
                self.box.copy(package, "/root/")
            self.box.shell(f"cd /root; {install}")
        self.write_and_undo("/etc/systemd/system/till.service", TILL)
        self.addCleanup(
            self.box.shell, "rm -rf /etc/systemd/system/till.service.d /run/till.*; systemctl daemon-reload")
        self.box.systemctl("daemon-reload")
        self.assertNotEqual(self.box.run("systemctl", "start", "till").returncode, 0)
        self.assertIn(f"usermod -aG sessiond {OUTSIDER}", self.box.read("/run/till.err"))
        self.box.shell(let_in)
        self.assertRegex(self.box.read("/run/till.out"), r"^Authorization: Bearer \S+\n$")
        shown = self.box.shell(see)
        self.assertRegex(shown, r"(?m)^State: +anonymous$")
        self.assertRegex(shown, r"(?m)^UUID: +\S+")
        self.assertRegex(shown, r"(?m)^Authorization: Bearer \S+$")
        self.assertRegex(shown.splitlines()[-1], r"^No problem\b")
        (explain,) = re.findall(r"^\.Ql (sessionctl access explain --user) USER", self.page.text, re.MULTILINE)
        self.assertRegex(self.box.do(*explain.split(), APP), r"(?m)^token\.read: +yes, by ")

    def test_an_observer(self):
        (let_in,) = self.page.procedure("a program is to see the session, and to get no token")
        (ask,) = re.findall(r"(?m)^\.Ql (sessionctl --socket \S+ status) \.$", self.page.text)
        self.assertIn(OBSERVER_SOCKET, ask)
        self.assertEqual(self.box.run(*ask.split(), user=OUTSIDER).returncode, 77)
        self.addCleanup(self.box.do, "gpasswd", "--delete", OUTSIDER, "sessiond-observer")
        self.box.shell(let_in.replace("USER", OUTSIDER))
        self.assertEqual(self.box.run(*ask.split(), user=OUTSIDER).returncode, 0)
        self.assertEqual(self.box.run(*ask.replace("status", "token").split(), user=OUTSIDER).returncode, 77)


class Authorities(Procedure):
    """One that is behind a certificate of its own, and one that is behind a proxy besides."""

    NAME = "api.example.test"

    def listen(self, script, *arguments):
        """Starts a script in the box; its port, and the lines that it prints."""
        process = self.box.start("python3", "-c", script, *map(str, arguments), text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        return int(process.stdout.readline()), process.stdout

    def setUp(self):
        super().setUp()
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        authority = CertificateAuthority(folder)
        certificate, key = authority.issue("server", f"DNS:localhost,DNS:{self.NAME}")
        for path in (authority.path, certificate, key):
            self.box.copy(path, f"/root/{path.name}")
            self.addCleanup(self.box.do, "rm", "-f", f"/root/{path.name}")
        self.port, _ = self.listen(SERVER, f"/root/{certificate.name}", f"/root/{key.name}")
        self.box.write("/etc/sessiond/api-key", "abc\n", mode="0640", owner="root:sessiond-daemon")

    def configure_for(self, host):
        self.configure(
            f"[Authority]\nKind=synerise\n[Synerise]\nBaseURL=https://{host}:{self.port}\n"
            "APIKeyFile=/etc/sessiond/api-key\n")

    def follow(self, commands):
        return self.box.shell(f"cd /root\n{commands}")

    def test_a_certificate_of_ones_own_and_a_proxy(self):
        (trust,) = self.page.procedure("the authority's certificate is of an issuer of one's own")
        (go_by_proxy,) = self.page.procedure("the authority is behind a proxy")
        self.configure_for("localhost")
        status, said = self.check_authority()
        self.assertEqual(status, 69, said)
        self.assertIn("certificate", said)
        # It runs already, and follows with the reload.
        self.box.systemctl("start", SERVICE)
        self.follow(trust)
        self.assertEqual(self.check_authority()[0], 0)
        # A name that nobody here knows: the proxy does.
        self.configure_for(self.NAME)
        self.assertEqual(self.check_authority()[0], 69)
        proxy, lines = self.listen(PROXY, self.port)
        self.follow(go_by_proxy.replace("proxy.example.com:3128", f"localhost:{proxy}"))
        self.assertEqual(lines.readline(), f"CONNECT {self.NAME}:{self.port} HTTP/1.1\n")
        shown = self.box.do("sessionctl", "config", "show")
        self.assertRegex(shown, rf"Proxy ?= ?http://localhost:{proxy}\b")

    def test_a_key_as_an_encrypted_credential(self):
        (text,) = [each for each in Page("sessiond.conf.5").examples() if "systemd-creds" in each]
        encrypt, drop_in = text.removeprefix("# ").split("# systemctl edit sessiond\n")
        self.configure(f"[Authority]\nKind=synerise\n[Synerise]\nBaseURL=https://localhost:{self.port}\n")
        self.assertIn("there is no API key", self.box.run("sessionctl", "config", "check").stderr)
        self.box.shell(encrypt, input="abc\n")
        self.box.write(f"/etc/systemd/system/{SERVICE}.d/override.conf", drop_in)
        self.box.systemctl("daemon-reload")
        self.assertEqual(self.box.do("sessionctl", "config", "check").splitlines()[-1], "Configuration is usable")
        self.box.systemctl("restart", SERVICE)
        answer = json.loads(self.box.do("sessionctl", "reload", "--json"))
        self.assertEqual(answer["credentials"], ["synerise.api-key"])


class Questions(Procedure):
    def test_what_the_journal_is_asked(self):
        _, changes, ends, tries = self.page.examples()
        self.signed_in()
        self.call("session.signOut")
        command, _, shown = changes.partition(" |\n")
        entries = [json.loads(line) for line in self.box.shell(command).splitlines()]
        fields = re.findall(r"\.(\w+)", shown)
        self.assertEqual(fields, ["PEER_UID", "SESSION_METHOD", "OUTCOME"])
        uid = self.box.do("id", "-u", APP).strip()
        self.assertLessEqual(
            {(uid, "session.signIn", "ok"), (uid, "session.signOut", "ok")},
            {tuple(entry.get(name) for name in fields) for entry in entries})
        self.assertRegex(self.box.shell(ends), r"(?m)^ +\d+ userSignOut$")
        self.assertIn("session.signIn", self.box.shell(tries.replace("1000", uid)))

    def test_a_session_that_is_given_up(self):
        (give_up,) = re.findall(r"(?m)^\.Ql (sessionctl destroy --discard-unreadable)$", self.page.text)
        before = self.signed_in()
        self.box.shell('systemctl stop "$1" sessiond-key; rm -r /var/lib/sessiond-key/*', SERVICE)
        self.assert_refused("storeLocked", self.call, "session.status")
        # On a terminal it asks; a script says so.
        self.assertNotEqual(self.box.do(*give_up.split(), "--yes").strip(), before["uuid"])
        self.assertFalse(self.call("session.status")["signedIn"])

    def test_accounts_of_the_readme(self):
        readme = pathlib.Path(__file__).resolve().parents[2] / "README.md"
        (install,) = re.findall(r"(?m)^    sudo (install -D -m 640 -g sessiond-daemon .*)$", readme.read_text())
        self.box.shell(install, input="anna@example.com:!\n")
        self.assertEqual(self.box.do("stat", "-c", "%a %U %G", ACCOUNTS), "640 root sessiond-daemon\n")
        self.configure(f"[Local]\nAccountsFile={ACCOUNTS}\n")
        self.assertEqual(self.box.do("sessionctl", "config", "check").splitlines()[-1], "Configuration is usable")


if __name__ == "__main__":
    unittest.main()
