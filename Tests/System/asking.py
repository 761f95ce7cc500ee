# SPDX-License-Identifier: Apache-2.0
"""Asks the daemon for a token of the customer who is signed in, again and again, as a client does that retries reads.

    asking.py SOCKET REQUESTS   # so many over a connection, then over a new one

Prints what changes, a line each: `connected`; the UUID that an answer is for, `stopping` where the daemon says that, or
the answer, where it is another one; `lost` where a connection ended without the answer; and `refused` with the reason
where none could be made, which ends it. It runs in the box, where Python has little more than its core.
"""

import socket
import sys

REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"session.retrieveToken","params":{"requireSignedIn":true}}\n'


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def heard(answer):
    """What to say of an answer: never a token, which comes with a UUID."""
    if b'"name":"shuttingDown"' in answer:
        return "stopping"
    return (answer.partition(b'"uuid":"')[2][:36] or answer.strip()).decode()


def ask(connection, requests):
    """Asks so many times; whether the connection ended before the last answer."""
    said = None
    with connection.makefile("rb") as answers:
        for _ in range(requests):
            try:
                connection.sendall(REQUEST)
                answer = answers.readline()
            except ConnectionError:
                answer = b""
            if not answer.endswith(b"\n"):
                return True
            if heard(answer) != said:
                said = heard(answer)
                say(said)
    return False


def main(path, requests):
    while True:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(path)
            except OSError as error:
                say(f"refused: {error}")
                return 1
            say("connected")
            if ask(connection, requests):
                say("lost")


sys.exit(main(sys.argv[1], int(sys.argv[2])))
