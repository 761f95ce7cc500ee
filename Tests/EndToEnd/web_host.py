# SPDX-License-Identifier: Apache-2.0
"""Drives the real sessiond-web-host as a browser does: frames over its standard streams."""

import contextlib
import json
import select
import socket
import struct
import subprocess
import threading

from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, parse


class WebHost:
    """A host that was started by a browser, for a page or, without an origin, for the list of origins."""

    def __init__(self, socket_path, origin=None, opening=None):
        self.process = subprocess.Popen(
            [BINARIES / "sessiond-web-host", "chrome-extension://jcdbopldfphkmboikdadmopeijdapehc/"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            env={**ENVIRONMENT, "SESSIOND_SOCKET": str(socket_path)}, cwd="/")
        self._next_id = 0
        if opening is None:
            opening = {"protocol": [1], "client": "sessiond-web/1", **({"origin": origin} if origin else {})}
        self.send(opening)

    def send_raw(self, data):
        while data:
            data = data[self.process.stdin.write(data):]

    def send(self, value):
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_raw(struct.pack("=I", len(text)) + text)

    def _take(self, count):
        data = b""
        while len(data) < count:
            readable, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
            assert readable, "the host says nothing"
            chunk = self.process.stdout.read(count - len(data))
            if not chunk:
                raise EOFError(f"the host has ended: {self.process.wait()}")
            data += chunk
        return data

    def read(self):
        """The next message; it is one that a browser takes."""
        length, = struct.unpack("=I", self._take(4))
        assert length <= 1024 * 1024, length
        return parse(self._take(length))

    def read_notification(self, method):
        message = self.read()
        assert message.get("method") == method and "id" not in message, message
        return message["params"]

    def request(self, method, **params):
        """Sends a request; its id."""
        self._next_id += 1
        self.send({"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params})
        return self._next_id

    def call(self, method, **params):
        """The answer to a request: its result, or the error's name."""
        number = self.request(method, **params)
        answer = self.read()
        assert answer["id"] == number, answer
        return answer["result"] if "result" in answer else answer["error"]["data"]["name"]

    def end(self):
        """Closes its input; its exit status."""
        self.process.stdin.close()
        status = self.process.wait(PATIENCE_SECONDS)
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def remove(self):
        self.process.kill()
        if not self.process.stdin.closed:
            self.end()


class Listener:
    """What stands in the daemon's place, to answer what a real one never does: `answer(request)` gives lines."""

    def __init__(self, path, answer):
        self.lines = []
        self._answer, self._path = answer, path
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        self._arrived = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        # A host that is ended with something unread resets the connection.
        with connection, connection.makefile("rb") as lines, contextlib.suppress(ConnectionResetError):
            for line in lines:
                with self._arrived:
                    self.lines.append(line)
                    self._arrived.notify_all()
                for answer in self._answer(json.loads(line)):
                    if answer is None:
                        connection.shutdown(socket.SHUT_RDWR)
                        return
                    connection.sendall(json.dumps(answer).encode() + b"\n")

    def wait_for(self, count):
        """Waits until so many lines have come; all of them."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.lines) >= count, PATIENCE_SECONDS), self.lines
            return list(self.lines)

    def close(self):
        self._socket.close()
        self._path.unlink()
