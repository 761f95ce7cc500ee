# SPDX-License-Identifier: Apache-2.0
"""sessiond-web-host between a browser's pipes and the daemon's socket."""

import pathlib
import struct
import tempfile
import unittest

from harness import PATIENCE_SECONDS, DaemonTestCase
from web_host import Listener, WebHost

TILL = "https://till.example.com"


def welcome(request, **facts):
    """The answer of a daemon that holds the connection to the origin."""
    result = {"protocol": 1, "server": "sessiond/9", "features": ["onBehalfOf"], "capabilities": []}
    if "onBehalfOf" in request["params"]:
        result["onBehalfOf"] = request["params"]["onBehalfOf"]
    return {"jsonrpc": "2.0", "id": request["id"], "result": {**result, **facts}}


def done(request):
    return {"jsonrpc": "2.0", "id": request["id"], "result": {}}


class HostTestCase(unittest.TestCase):
    """A test with a folder for the socket; neither daemon nor host runs when it begins."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sw-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "s"

    def host(self, origin=TILL, **options):
        host = WebHost(self.path, origin, **options)
        self.addCleanup(host.remove)
        return host

    def listen(self, answer):
        listener = Listener(self.path, answer)
        self.addCleanup(lambda: self.path.exists() and listener.close())
        return listener

    def assert_interrupted(self, host, name="interrupted"):
        error = host.read_notification("host.interrupted")["error"]
        self.assertEqual(error["data"]["name"], name)
        return error


class Greeting(HostTestCase):
    def test_says_for_whom_it_is_before_anything_else(self):
        listener = self.listen(lambda request: [welcome(request) if request["id"] == 0 else done(request)])
        host = self.host()
        self.assertEqual(host.read_notification("host.connected")["hello"]["onBehalfOf"], {"origin": TILL})
        self.assertEqual(host.call("session.touch"), {})
        self.assertEqual(
            listener.lines[0],
            b'{"jsonrpc":"2.0","id":0,"method":"daemon.hello","params":{"protocol":[1],"client":"sessiond-web/1",'
            b'"onBehalfOf":{"origin":"https://till.example.com"}}}\n')

    def test_sends_nothing_to_a_daemon_that_does_not_know_pages(self):
        old = {"features": ["signInRequest"]}
        listener = self.listen(lambda request: [welcome(request, **old)])
        host = self.host()
        number = host.request("session.touch")
        self.assert_interrupted(host, "unsupported")
        self.assertEqual(host.read()["id"], number)
        # Tried again, and told no more.
        self.assertEqual([b"daemon.hello" in line for line in listener.wait_for(2)], [True, True])

    def test_sends_nothing_to_a_daemon_that_has_understood_another_origin(self):
        listener = self.listen(lambda request: [welcome(request, onBehalfOf={"origin": "https://example.com"})])
        host = self.host()
        host.request("session.touch")
        self.assert_interrupted(host, "internalError")
        self.assertEqual([b"daemon.hello" in line for line in listener.wait_for(2)], [True, True])

    def test_ends_where_the_opening_is_none(self):
        host = self.host(opening={"origin": TILL})
        self.assert_interrupted(host, "invalidRequest")
        self.assertEqual(host.process.wait(PATIENCE_SECONDS), 0)


class Limits(HostTestCase):
    def test_an_answer_that_no_browser_takes_is_an_error(self):
        def answer(request):
            if request["id"] == 0:
                return [welcome(request)]
            return [{"jsonrpc": "2.0", "id": request["id"], "result": {"text": "x" * request["params"]["bytes"]}}]

        self.listen(answer)
        host = self.host()
        host.read_notification("host.connected")
        self.assertEqual(host.call("session.profile", bytes=1024 * 1024), "limitExceeded")
        # All that fits is handed on.
        self.assertEqual(len(host.call("session.profile", bytes=1024 * 1024 - 64)["text"]), 1024 * 1024 - 64)

    def test_a_request_that_is_too_long_never_reaches_the_socket(self):
        listener = self.listen(lambda request: [welcome(request) if request["id"] == 0 else done(request)])
        host = self.host()
        host.read_notification("host.connected")
        for length in (65_536, 1 << 22):
            host.send(b'{"jsonrpc":"2.0","id":9,"method":"session.touch","params":{"_":"' + b"x" * length + b'"}}')
            error = host.read()
            self.assertEqual((error["id"], error["error"]["data"]["name"]), (None, "lineTooLong"))
        self.assertEqual(host.call("session.touch"), {})
        self.assertEqual(len(listener.lines), 2)

    def test_what_is_no_single_request_never_reaches_the_socket(self):
        listener = self.listen(lambda request: [welcome(request) if request["id"] == 0 else done(request)])
        host = self.host()
        host.read_notification("host.connected")
        request = b'{"jsonrpc":"2.0","id":1,"method":"session.touch"}'
        for message in (b"", b"[" + request + b"]", request + b"\n" + request, b'{"jsonrpc":"2.0",\n"id":1}', b"\xff"):
            host.send(message)
            self.assertIn(host.read()["error"]["data"]["name"], ("invalidRequest", "parseError"))
        self.assertEqual(host.call("session.touch"), {})
        self.assertEqual(len(listener.lines), 2)


class Interruptions(HostTestCase):
    def test_waits_for_a_daemon_and_goes_on_with_the_next_one(self):
        host = self.host()
        error = self.assert_interrupted(host)
        # Files and users are not the page's.
        self.assertTrue(error["data"]["retryable"])
        self.assertNotIn(str(self.path), str(error))
        self.assertEqual(host.call("session.touch"), "interrupted")
        for _ in range(2):
            listener = self.listen(lambda request: [welcome(request) if request["id"] == 0 else None])
            host.read_notification("host.connected")
            host.request("session.touch")
            self.assert_interrupted(host)
            listener.close()

    def test_hands_bytes_on_however_they_are_cut(self):
        self.listen(lambda request: [welcome(request) if request["id"] == 0 else done(request)])
        host = self.host()
        host.read_notification("host.connected")
        text = b'{"jsonrpc":"2.0","id":5,"method":"session.touch"}'
        for byte in struct.pack("=I", len(text)) + text:
            host.send_raw(bytes([byte]))
        self.assertEqual(host.read(), {"jsonrpc": "2.0", "id": 5, "result": {}})

    def test_ends_with_its_input_whatever_goes_on(self):
        self.listen(lambda request: [welcome(request)] if request["id"] == 0 else [])
        open_host = self.host()
        open_host.read_notification("host.connected")
        open_host.request("session.touch")
        self.assertEqual(open_host.end(), 0)
        # In the middle of a frame.
        host = self.host()
        host.read_notification("host.connected")
        host.send_raw(b"\x10\0\0\0{")
        self.assertEqual(host.end(), 0)

    def test_ends_while_there_is_no_daemon(self):
        host = self.host()
        self.assert_interrupted(host)
        self.assertEqual(host.end(), 0)


class Origins(HostTestCase):
    def test_follows_the_list_and_lets_nothing_through(self):
        def answer(request):
            if request["id"] == 0:
                return [welcome(request)]
            return [
                {"jsonrpc": "2.0", "id": request["id"], "result": {"origins": [TILL]}},
                {"jsonrpc": "2.0", "method": "daemon.originsChanged", "params": {"origins": []}},
            ]

        listener = self.listen(answer)
        host = self.host(origin=None)
        self.assertEqual(host.read_notification("host.origins"), {"origins": [TILL]})
        self.assertEqual(host.read_notification("host.origins"), {"origins": []})
        host.request("session.retrieveToken")
        self.assertEqual(host.end(), 0)
        self.assertEqual([b"onBehalfOf" in line for line in listener.lines], [False, False])


class RealDaemon(DaemonTestCase):
    sections = {"Access": {"AllowOrigin": f"identity.read,session.touch {TILL}"}}

    def host(self, origin=TILL):
        host = WebHost(self.daemon.socket_path, origin)
        self.addCleanup(host.remove)
        return host

    def test_a_page_has_what_its_line_says_whoever_the_user_is(self):
        host = self.host()
        hello = host.read_notification("host.connected")["hello"]
        self.assertEqual(sorted(hello["capabilities"]), ["identity.read", "session.touch"])
        self.assertEqual(host.call("session.status")["state"], self.client.call("session.status")["state"])
        for method in ("session.retrieveToken", "session.signOut", "daemon.reload", "daemon.info"):
            self.assertEqual(host.call(method), "permissionDenied", method)

    def test_a_page_without_a_line_is_refused(self):
        host = self.host("https://other.example.com")
        error = host.read_notification("host.interrupted")["error"]
        self.assertEqual(error["data"]["name"], "permissionDenied")
        self.assertIn("AllowOrigin=", error["data"]["hint"])

    def test_a_page_follows_the_session_and_hears_that_it_may_no_longer(self):
        host = self.host()
        host.read_notification("host.connected")
        self.assertFalse(host.call("session.watch")["resumed"])
        self.client.call("session.setIdentity", customIdentifier="a")
        event = host.read_notification("session.event")
        self.assertEqual((event["kind"], event["status"]["customIdentifier"]), ("identityChanged", "a"))
        self.daemon.configure({"Access": {"AllowOrigin": f"session.touch {TILL}"}})
        self.client.call("daemon.reload")
        self.assertEqual(host.read_notification("session.event")["kind"], "revoked")
        # The daemon closes the connection, and the host makes another one.
        self.assertEqual(host.read_notification("host.interrupted")["error"]["data"]["name"], "interrupted")
        self.assertEqual(host.read_notification("host.connected")["hello"]["capabilities"], ["session.touch"])

    def test_the_list_is_told_again_after_a_reload(self):
        host = self.host(origin=None)
        self.assertEqual(host.read_notification("host.origins"), {"origins": [TILL]})
        for line, origins in ((f"session.touch {TILL}\nAllowOrigin=identity.read http://localhost:8080", 2), ("", 0)):
            self.daemon.configure({"Access": {"AllowOrigin": line}})
            self.client.call("daemon.reload")
            self.assertEqual(len(host.read_notification("host.origins")["origins"]), origins)


if __name__ == "__main__":
    unittest.main()
