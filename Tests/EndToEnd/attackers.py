# SPDX-License-Identifier: Apache-2.0
"""One way to do one's worst to a server over many connections, until SIGTERM; run as the user that attacks.

    python3 attackers.py KIND SOCKET COUNT

Makes a quarter of the connections, prints "inside", waits for a line, makes the others and attacks with all of them. A
connection that the server ends is made again at once. At the end it prints what it has seen, as one line of JSON.
"""

import collections
import errno
import json
import os
import random
import re
import select
import signal
import socket
import sys
import time

ERROR_NAME = re.compile(rb'"name":"(\w+)"')
REQUESTS = b"".join(
    b'{"jsonrpc":"2.0","id":1,"method":"session.%s"}\n' % method for method in (b"status", b"retrieveToken", b"getUUID"))
BATCH = b"[" + b",".join([REQUESTS.splitlines()[0]] * 32) + b"]\n"
LINE_BYTES = 65_536
NOISE = random.Random(4711).randbytes(1 << 20)


class Attacker:
    """Keeps connections to a server and does the same to each of them."""

    # Whether it reads what it is answered.
    reads = True

    def __init__(self, path, count):
        self.path, self.count = path, count
        self.epoll = select.epoll()
        self.sockets = {}
        # What of a connection's current bytes is not sent yet.
        self.unsent = {}
        self.made = 0
        self.ended = 0
        self.errors = collections.Counter()

    # What a kind of attack is made of.

    def begin(self, connection):
        """Takes a new connection."""

    def next_bytes(self):
        """What is sent as soon as the kernel takes more; `None`: nothing."""

    def tick(self):
        """Is called once a second."""

    def run(self, announce):
        self.connect_all(announce)
        ticked = time.monotonic()
        while True:
            for fd, events in self.epoll.poll(1 if self.sockets else 0):
                if fd in self.sockets:
                    self.serve(fd, events)
            for _ in range(self.count - len(self.sockets)):
                self.connect()
            if time.monotonic() - ticked >= 1:
                ticked = time.monotonic()
                self.tick()

    def connect_all(self, announce):
        """Makes some connections, and the others once every kind of attack has some."""
        for _ in range(self.count // 4):
            self.connect()
        announce()
        sys.stdin.readline()
        for _ in range(self.count - len(self.sockets)):
            self.connect()

    def connect(self):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(self.path)
        connection.setblocking(False)
        self.made += 1
        try:
            self.begin(connection)
        except OSError:
            # The server has ended it already, and has said why.
            self.read(connection)
            return self.end(connection)
        interest = (select.EPOLLIN if self.reads else 0) | (select.EPOLLOUT if self.next_bytes() else 0)
        self.epoll.register(connection, interest)
        self.sockets[connection.fileno()] = connection

    def serve(self, fd, events):
        connection = self.sockets[fd]
        goes_on = True
        if events & select.EPOLLOUT:
            goes_on = self.write(fd, connection)
        if events & (select.EPOLLIN | select.EPOLLHUP) or not goes_on:
            goes_on = self.read(connection) and goes_on
        if not goes_on or events & (select.EPOLLHUP | select.EPOLLERR):
            self.end(connection)

    def write(self, fd, connection):
        left = self.unsent.get(fd) or self.next_bytes()
        try:
            sent = connection.send(left)
        except OSError as error:
            return error.errno == errno.EAGAIN
        self.unsent[fd] = left[sent:]
        return True

    def read(self, connection):
        try:
            data = connection.recv(1 << 18)
        except OSError as error:
            return error.errno == errno.EAGAIN
        # Of many answers at once a few tell enough.
        self.errors.update(name.decode() for name in ERROR_NAME.findall(data[:1024]))
        return bool(data)

    def end(self, connection):
        self.ended += 1
        self.sockets.pop(connection.fileno(), None)
        self.unsent.pop(connection.fileno(), None)
        connection.close()


class Trickle(Attacker):
    """A byte a second, and no line ever."""

    def tick(self):
        for connection in list(self.sockets.values()):
            try:
                connection.send(b" ")
            except OSError as error:
                if error.errno != errno.EAGAIN:
                    self.end(connection)


class Deaf(Attacker):
    """Requests with large answers, as many as the kernel takes, and never an answer read."""

    reads = False

    def next_bytes(self):
        return memoryview((REQUESTS * 8 + BATCH) * 8)

    def read(self, connection):
        return True


class HalfOpen(Attacker):
    """Silence, half a line before the end of what is sent, and requests whose answers cannot be written."""

    def begin(self, connection):
        if self.made % 3 == 0:
            connection.send(REQUESTS[:20])
            connection.shutdown(socket.SHUT_WR)
        elif self.made % 3 == 1:
            connection.shutdown(socket.SHUT_RD)
            connection.send(REQUESTS)


class Churn(Attacker):
    """Connections that are dropped as soon as they are made, some with a request on the way."""

    def begin(self, connection):
        if self.made % 2:
            connection.send(REQUESTS)

    def run(self, announce):
        self.connect_all(announce)
        while True:
            for _ in range(self.count - len(self.sockets)):
                self.connect()
            for connection in list(self.sockets.values()):
                self.end(connection)


class Brackets(Attacker):
    """Brackets: a line as long as one may be, and then one that is longer."""

    def next_bytes(self):
        return memoryview(b"[" * (LINE_BYTES - 1) + b"\n" + b"[" * (LINE_BYTES + 1))


class Noise(Attacker):
    """Random bytes."""

    def next_bytes(self):
        return memoryview(NOISE)


KINDS = {
    "trickle": Trickle, "deaf": Deaf, "half-open": HalfOpen, "churn": Churn, "brackets": Brackets, "noise": Noise,
}


class Over(Exception):
    """The attack is over."""


def main(kind, path, count):
    def stop(*_):
        raise Over

    signal.signal(signal.SIGTERM, stop)
    attacker = KINDS[kind](path, int(count))
    try:
        attacker.run(lambda: print("inside", flush=True))
    except Over:
        print(json.dumps({"made": attacker.made, "ended": attacker.ended, "errors": attacker.errors}))


if __name__ == "__main__":
    main(*sys.argv[1:])
