# SPDX-License-Identifier: Apache-2.0
"""A driver in Python: `python.py plain|package DAEMON TELLER`, by what every Python has or by the package."""

import asyncio
import json
import socket
import sys
import time

AT_ONCE = 16


class Plain:
    """A socket and json, as one writes it without the package."""

    def __init__(self, daemon, teller):
        self.teller = teller
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.connect(daemon)
        self.lines = self.connection.makefile("rb")

    def calls(self, count):
        began = time.perf_counter()
        for _ in range(count):
            request = {
                "jsonrpc": "2.0", "id": 1, "method": "session.retrieveToken", "params": {"minimumValiditySeconds": 60}}
            self.connection.sendall(json.dumps(request).encode() + b"\n")
            json.loads(self.lines.readline())["result"]["token"]
        return began

    def events(self, count):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.teller)
            connection.sendall(b'{"jsonrpc":"2.0","id":1,"method":"session.watch"}\n')
            with connection.makefile("rb") as lines:
                json.loads(lines.readline())
                began = time.perf_counter()
                for _ in range(count):
                    json.loads(lines.readline())["params"]["status"]["generation"]
                return began


class Package:
    """The package."""

    def __init__(self, daemon, teller):
        import sessiond

        self.sessiond, self.teller = sessiond, teller
        self.client = sessiond.Client(daemon)
        self.async_client = sessiond.AsyncClient(daemon)
        self.loop = asyncio.new_event_loop()

    def calls(self, count):
        began = time.perf_counter()
        for _ in range(count):
            self.client.retrieve_token(minimum_validity_seconds=60).token.reveal()
        return began

    def tasks(self, count):
        async def one():
            for _ in range(count // AT_ONCE):
                (await self.async_client.retrieve_token(minimum_validity_seconds=60)).token.reveal()

        async def all_of_them():
            began = time.perf_counter()
            await asyncio.gather(*(one() for _ in range(AT_ONCE)))
            return began

        return self.loop.run_until_complete(all_of_them())

    def events(self, count):
        with self.sessiond.Client(self.teller) as client, client.changes() as changes:
            next(changes)
            began = time.perf_counter()
            for _ in range(count):
                next(changes).is_other_customer
            return began


def main():
    kind, *paths = sys.argv[1:]
    driver = {"plain": Plain, "package": Package}[kind](*paths)
    for line in sys.stdin:
        what, count = line.split()
        began = getattr(driver, what)(int(count))
        print((time.perf_counter() - began) / int(count) * 1e6, flush=True)


main()
