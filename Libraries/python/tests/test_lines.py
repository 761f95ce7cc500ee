# SPDX-License-Identifier: Apache-2.0
"""What arrives from outside, at random: whole messages that are damaged, and cut anywhere. The seed is printed where it
fails; SEED= repeats it, ROUNDS= takes longer.
"""

import json
import os
import pathlib
import random
import socket
import tempfile
import unittest

from sessiond import _client, _connection, _following, _lines, _methods, _reading

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "Tests" / "SessionProtocolTests" / "Golden"
SEED = int(os.environ.get("SEED", "20261130"))
ROUNDS = int(os.environ.get("ROUNDS", "4000"))
# What breaks readers of JSON.
PIECES = [
    b"\n", b"\r\n", b"\0", b'"', b"\\", b"\\u", b"\\ud83d", b"{", b"}", b"[" * 5000, b"]", b"null", b"-0", b"1e999", b"9" * 5000,
    b"NaN", b"Infinity", b"true", b'"id":', b'"id":null', b'"id":[1]', b'"id":1.0', b'"id":true', b'"result":', b'"error":{}',
    b'"method":"session.event"', b'"params":7', b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xef\xbb\xbf", b" ", b"\t", b",", b":"]


class Waiter:
    method = _methods.RETRIEVE_TOKEN

    def __init__(self):
        self.outcomes = []

    def finish(self, outcome):
        self.outcomes.append(outcome)

    def wake(self):
        pass


def damaged(random_, line):
    """A line with some of its bytes gone, doubled, changed, or others between them."""
    data = bytearray(line)
    for _ in range(random_.choice((0, 1, 1, 2, 5))):
        at = random_.randrange(len(data) + 1)
        kind = random_.randrange(4)
        if kind == 0:
            data[at:at] = random_.choice(PIECES)
        elif kind == 1:
            del data[at:at + random_.randrange(1, 20)]
        elif kind == 2 and at < len(data):
            data[at] = random_.randrange(256)
        else:
            data[at:at] = data[at:at + random_.randrange(1, 40)]
    return bytes(data)


def pieces(random_, data):
    """The same bytes, as reads may give them."""
    while data:
        size = random_.choice((1, 2, 7, 60, 400, len(data)))
        yield data[:size]
        data = data[size:]


class Lines(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        self.lines = [line for path in sorted(GOLDEN.glob("*.json")) for line in path.read_bytes().splitlines()
                      if len(line) < 5000]

    def run(self, result=None):
        before = len(result.errors) + len(result.failures)
        super().run(result)
        if len(result.errors) + len(result.failures) > before:
            print(f"SEED={SEED} ROUNDS={ROUNDS}", flush=True)

    def test_lines_are_what_is_between_the_newlines_wherever_they_are_cut(self):
        for _ in range(ROUNDS // 4):
            data = b"\n".join(damaged(self.random, line) for line in self.random.sample(self.lines, 3)) + b"\nrest"
            reader, found = _lines.LineReader(), []
            for piece in pieces(self.random, data):
                found += reader.feed(piece)
            self.assertEqual(found, data.split(b"\n")[:-1])
            self.assertEqual(reader.feed(b"\n"), [b"rest"])

    def test_a_line_is_bounded(self):
        for size, fits in ((_lines.LONGEST_LINE_BYTES - 1, True), (_lines.LONGEST_LINE_BYTES, False)):
            for cut in (size + 1, 100_000, 65_536):
                reader, data, found = _lines.LineReader(), b"x" * size + b"\n", []
                try:
                    for at in range(0, len(data), cut):
                        found += reader.feed(data[at:at + cut])
                except _reading.Unreadable:
                    self.assertFalse(fits)
                else:
                    self.assertEqual((fits, [len(line) for line in found]), (True, [size]))

    def test_a_line_is_an_object_or_unreadable(self):
        read = 0
        for _ in range(ROUNDS):
            line = damaged(self.random, self.random.choice(self.lines)).replace(b"\n", b"")
            try:
                value = _reading.read_line(line)
            except _reading.Unreadable:
                continue
            read += 1
            # And it can be written again.
            self.assertIs(type(value), dict)
            json.dumps(value, ensure_ascii=False, allow_nan=True).encode()
        self.assertGreater(read, ROUNDS // 10)

    def test_an_object_in_which_a_name_stands_twice_is_unreadable(self):
        self.assertEqual(_reading.read_line(b'{"id":1,"result":{"uuid":"a","u":"b"}}')["id"], 1)
        for line in (b'{"id":1,"id":2}', b'{"id":1,"result":{"uuid":"a","uuid":"a"}}', b'{"a":[{"b":{"c":1,"c":null}}]}',
                     b'{"uuid":"a","\\u0075uid":"b"}'):
            with self.assertRaises(_reading.Unreadable):
                _reading.read_line(line)

    def test_a_connection_survives_whatever_comes(self):
        with tempfile.TemporaryDirectory(prefix="sd-") as folder, socket.socket(socket.AF_UNIX) as listener:
            path = f"{folder}/s"
            listener.bind(path)
            listener.listen()
            for _ in range(ROUNDS // 4):
                self.meet(path, listener)

    def meet(self, path, listener):
        hub, waiting = _following.Hub(), Waiter()
        follower = hub.add(waiting.wake)
        connection = _client._BlockingConnection(path, hub)
        with listener.accept()[0]:
            # Golden answers have the ids 1, 2, 3 …; the watch is one of them.
            waiters = [Waiter() for _ in range(3)]
            for waiter in waiters[:2]:
                connection.begin(waiter, {})
            connection.begin_watch()
            connection.begin(waiters[2], {})
            data = b"".join(damaged(self.random, line) + b"\n" for line in self.random.choices(self.lines, k=6))
            for piece in pieces(self.random, data):
                connection.take(piece)
            connection.end(None)
        for waiter in waiters:
            self.assertEqual(len(waiter.outcomes), 1)
            outcome = waiter.outcomes[0]
            self.assertIsInstance(outcome, (_client.Answered, _client.Failed, _client.Lost))
            if isinstance(outcome, _client.Answered):
                try:
                    _client.SessionStatus.read(outcome.result)
                except _reading.Unreadable:
                    pass
        seen = 0
        while (change := follower.take()) is not None:
            seen += 1
            self.assertIsInstance(change, _following.SessionChange)
            self.assertLess(seen, 100)


class Connections(unittest.TestCase):
    def test_what_does_not_fit_is_sent_when_there_is_room(self):
        with tempfile.TemporaryDirectory(prefix="sd-") as folder, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{folder}/s")
            listener.listen()
            connection = _connection.Connection(f"{folder}/s", _following.Hub())
            peer, _ = listener.accept()
            waiters = [Waiter() for _ in range(200)]
            numbers = [connection.begin(waiter, {"x": "y" * 10_000}) for waiter in waiters]
            # Nobody has read: most of them wait here. One is given up before it is sent.
            self.assertEqual(len(connection.calls), 200)
            connection.forget(numbers[-1])
            with peer, peer.makefile("rb") as lines:
                for number in numbers[:-1]:
                    self.assertEqual(json.loads(lines.readline())["id"], number)
                    connection.take(b'{"jsonrpc":"2.0","id":%d,"result":{}}\n' % number)
                connection.end(None)
                self.assertEqual(lines.readline(), b"")
            self.assertEqual([len(waiter.outcomes) for waiter in waiters], [1] * 199 + [0])


if __name__ == "__main__":
    unittest.main()
