# SPDX-License-Identifier: Apache-2.0
"""A daemon that does what a situation says, and an app in some language that is asked to call it.

Both keep a record of what was said, which is shown when a situation ends otherwise than it should.
"""

import itertools
import json
import os
import queue
import socket
import subprocess
import threading
import time

# How long anything may take before it counts as missing; never how long something is waited for.
PATIENCE_SECONDS = 15.0
# What every library may ask for by itself, at any time.
INFO = {
    "server": "sessiond/9.9.9", "protocol": [1], "features": ["signInRequest"], "startedAt": "2026-11-23T05:02:03Z",
    "configuration": {"files": [], "loadedAt": "2026-11-23T05:02:03Z"}}


class Unexpected(Exception):
    """The app, or what it was asked to do, did otherwise than the situation says."""


class Record:
    """Who said what, in order."""

    def __init__(self):
        self._lines = []
        self._began = time.monotonic()

    def add(self, who, what):
        text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False)
        shown = text if len(text) <= 300 else f"{text[:300]}… ({len(text)} characters)"
        self._lines.append(f"{time.monotonic() - self._began:7.3f} {who:<7} {shown}")

    def tail(self, count=40):
        left = [f"        … {len(self._lines) - count} lines before"] if len(self._lines) > count else []
        return "\n".join(left + self._lines[-count:])


class Peer:
    """One connection of the app."""

    def __init__(self, daemon, connection):
        self.daemon, self._connection = daemon, connection
        self._sending = threading.Lock()
        # What the app still sends there is lost.
        self.is_cut = False

    def send_bytes(self, data, split=False):
        """Sends bytes as they are, in one write, or each in a write of its own."""
        self.daemon.record.add("daemon", data.decode(errors="backslashreplace").rstrip("\n"))
        pieces = [data[at:at + 1] for at in range(len(data))] if split else [data]
        with self._sending:
            try:
                for piece in pieces:
                    self._connection.sendall(piece)
            except OSError as error:
                self.daemon.record.add("daemon", f"could not send: {error}")

    def send(self, *messages, split=False):
        """Sends messages, a line each, in one write."""
        self.send_bytes(b"".join(line(message) for message in messages), split)

    def cut(self):
        """Ends the connection."""
        self.is_cut = True
        self.daemon.record.add("daemon", "closes the connection")
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def read(self):
        """Reads requests until the end, and files them."""
        try:
            with self._connection, self._connection.makefile("rb") as lines:
                for text in lines:
                    self.daemon.take(self, json.loads(text))
        except (OSError, ValueError) as error:
            self.daemon.record.add("daemon", f"could not read: {error}")
        self.daemon.forget(self)


class Request:
    """A request that waits to be answered."""

    def __init__(self, peer, message):
        self.peer, self.message = peer, message
        self.method, self.params = message["method"], message.get("params", {})

    def result(self, value):
        return {"jsonrpc": "2.0", "id": self.message["id"], "result": value}

    def answer(self, value, split=False):
        self.peer.send(self.result(value), split=split)

    def refuse(self, name, /, code=-32000, retryable=False, **data):
        self.peer.send(error(name, self.message["id"], code, retryable, **data))


def line(message):
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def error(name, request_id=None, code=-32000, retryable=False, **data):
    """An answer that is an error; without an id it is meant for the whole connection."""
    return {"jsonrpc": "2.0", "id": request_id, "error": {
        "code": code, "message": f"refused by {name}", "data": {"name": name, "retryable": retryable, **data}}}


class Daemon:
    """Listens, and files the requests of all connections until the situation asks for them.

    `daemon.hello` and `daemon.info` are answered at once, since when they are asked is the library's affair; so is what
    `always` holds. What `greeting` holds is sent to each connection first; with `closes_at_once` none is read.
    """

    def __init__(self, path, record):
        self.path, self.record = path, record
        self.info = dict(INFO)
        self.always, self.greeting, self.closes_at_once = {}, b"", False
        self.connections = 0
        self._changed = threading.Condition()
        self._requests, self._counts, self._peers = [], {}, set()
        self._listener = None
        self.start()

    def start(self):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.path)
        listener.listen(1024)
        self.record.add("daemon", "listens")
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def stop(self):
        """Ends every connection and is gone, as it is between two starts."""
        self.record.add("daemon", "stops")
        # Before the connections end, so that nobody comes in between.
        os.unlink(self.path)
        # Wakes who waits in accept(2), which close(2) does not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()

    def cut(self):
        """Ends every connection, and goes on listening."""
        with self._changed:
            peers = list(self._peers)
        for peer in peers:
            peer.cut()
        with self._changed:
            if not self._changed.wait_for(lambda: not self._peers & set(peers), PATIENCE_SECONDS):
                raise Unexpected("the app does not close a connection that has ended")

    def restart(self):
        self.stop()
        self.start()

    def _accept(self, listener):
        with listener:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with self._changed:
                    self.connections += 1
                    peer = Peer(self, connection)
                    self._peers.add(peer)
                    self._changed.notify_all()
                if self.greeting:
                    peer.send_bytes(self.greeting)
                if self.closes_at_once:
                    peer.cut()
                threading.Thread(target=peer.read, daemon=True).start()

    def forget(self, peer):
        with self._changed:
            self._peers.discard(peer)
            self._changed.notify_all()

    def take(self, peer, message):
        self.record.add("app", message)
        request = Request(peer, message)
        with self._changed:
            self._counts[request.method] = self._counts.get(request.method, 0) + 1
        if request.method == "daemon.info":
            request.answer(self.info)
        elif request.method == "daemon.hello":
            said = {name: self.info[name] for name in ("server", "features")}
            request.answer({**said, "protocol": 1, "capabilities": ["identity.read", "token.read", "session.write"]})
        elif request.method in self.always:
            request.answer(self.always[request.method])
        else:
            with self._changed:
                self._requests.append(request)
                self._changed.notify_all()

    def expect(self, method, /, **params):
        """The next request of a method, waited for; fails unless its parameters are among these."""
        def first():
            return next((each for each in self._requests if each.method == method and not each.peer.is_cut), None)

        with self._changed:
            if not self._changed.wait_for(first, PATIENCE_SECONDS):
                raise Unexpected(f"the app does not send {method}")
            request = first()
            self._requests.remove(request)
        for name, value in params.items():
            if request.params.get(name) != value:
                raise Unexpected(f"{method} has {name} = {request.params.get(name)!r} in place of {value!r}")
        return request

    def count(self, method):
        """How often a method was asked for."""
        with self._changed:
            return self._counts.get(method, 0)

    def close(self):
        with self._changed:
            peers = list(self._peers)
        if os.path.exists(self.path):
            os.unlink(self.path)
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        for peer in peers:
            peer.cut()


class Asked:
    """Something that the app was asked to do, and what it says of it."""

    def __init__(self, app, name, what):
        self.app, self.name, self.what = app, name, what
        self.said = queue.SimpleQueue()

    def next(self):
        """The next that the app says of it."""
        try:
            return self.said.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            raise Unexpected(f"the app says nothing of {self.what}") from None

    def cancel(self):
        self.app.tell({"cancel": self.name})


class Call(Asked):
    """A call."""

    def answer(self, **members):
        """Waits for the answer; fails unless it has these members."""
        said = self.next()
        if "answer" not in said:
            raise Unexpected(f"{self.what} ends as {said} in place of an answer")
        for name, value in members.items():
            if said["answer"].get(name) != value:
                raise Unexpected(f"{self.what} answers {name} = {said['answer'].get(name)!r} in place of {value!r}")
        return said["answer"]

    def fails(self, name, **members):
        """Waits for the end; fails unless it is that error, with these members."""
        said = self.next()
        found = said.get("error")
        if not found or found.get("name") != name:
            raise Unexpected(f"{self.what} ends as {said} in place of the error {name}")
        for member, value in members.items():
            if found.get(member) != value:
                raise Unexpected(f"{self.what} fails with {member} = {found.get(member)!r} in place of {value!r}")
        return found


class Following(Asked):
    """Changes that are followed."""

    def change(self, cause, **members):
        """Waits for the next change; fails unless it has that cause and these members."""
        said = self.next()
        found = said.get("change")
        if not found or found.get("cause") != cause:
            raise Unexpected(f"the app is told {said} in place of a change by {cause}")
        for name, value in members.items():
            if found.get(name) != value:
                raise Unexpected(f"the change by {cause} has {name} = {found.get(name)!r} in place of {value!r}")
        return found

    def ends(self):
        said = self.next()
        if said.get("ended") is not True:
            raise Unexpected(f"following says {said} in place of its end")


class App:
    """A driver: a program that uses a language's library as an app would."""

    def __init__(self, command, path, record, environment):
        self.record = record
        self._names = (f"a{number}" for number in itertools.count(1))
        self._asked = {}
        self._process = subprocess.Popen(
            [*command, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        self._errors = b""
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read, self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read(self):
        for text in self._process.stdout:
            self.record.add("driver", text.decode(errors="backslashreplace").rstrip("\n"))
            try:
                said = json.loads(text)
                self._asked[said["id"]].said.put(said)
            except (ValueError, KeyError, TypeError) as problem:
                self.record.add("driver", f"^ is not what a driver says: {problem!r}")

    def _read_errors(self):
        self._errors = self._process.stderr.read()

    def tell(self, message):
        self.record.add("asked", message)
        try:
            self._process.stdin.write(line(message))
            self._process.stdin.flush()
        except OSError:
            raise Unexpected(f"the driver has ended with status {self._process.wait()}") from None

    def _ask(self, kind, what, message):
        asked = kind(self, next(self._names), what)
        self._asked[asked.name] = asked
        self.tell({"id": asked.name, **message})
        return asked

    def call(self, method, /, **options):
        return self._ask(Call, method, {"call": method, "options": options})

    def changes(self):
        return self._ask(Following, "changes", {"changes": {}})

    def close(self):
        """Says that nothing more is asked; fails unless the driver ends by that, and well."""
        try:
            self._process.stdin.close()
        except OSError:
            pass
        try:
            status = self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise Unexpected("the driver does not end when nothing more is asked") from None
        finally:
            self.kill()
        if status:
            raise Unexpected(f"the driver ends with status {status}")

    def kill(self):
        self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join(PATIENCE_SECONDS)
        if self._errors:
            self.record.add("driver", "writes to its standard error:\n" + self._errors.decode(errors="backslashreplace"))
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                stream.close()
            except OSError:
                pass
