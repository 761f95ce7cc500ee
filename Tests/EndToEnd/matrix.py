# SPDX-License-Identifier: Apache-2.0
"""Who may call what: the answer that each kind of caller gets to each method.

One table, which holds for a daemon that was started by hand (test_matrix.py) as for an installed one
(Tests/System/test_matrix.py). The methods are those that the program has: one that is not in the table fails both.
"""

import json
import re

from harness import PACKAGE, check_response, parse

LOGIN, PASSWORD = "ann@example.com", "ann's"
# What the caller named "rule" has, by a line of its own: it is in none of the groups.
RULE = "token.read,session.touch"
CALLERS = ("root", "admin", "group", "rule", "observer", "outsider", "daemon")
RESULT, DENIED, NO_CONNECTION = "result", "permissionDenied", "no connection"
OF_NOBODY = {"token": "of.no.authority", "expiresAt": "2099-01-01T00:00:00Z", "origin": "SYNERISE",
             "uuid": "0b9cf29d-6f0f-4f3a-9f0b-8d3ea1b2c3d4"}

# A method, its parameters, what who may call it gets, and for each caller whether they may (`+`) or are denied (`-`).
# They are called in this order, each time from a new session on, with the embedded authority.
TABLE = [
    #                                                                  root admin group rule observer outsider daemon
    ("daemon.hello", {"protocol": [1]}, RESULT,                         "+    +     +     +     +        +        +"),
    ("daemon.info", {}, RESULT,                                         "+    +     +     +     +        +        +"),
    ("daemon.health", {}, RESULT,                                       "+    +     +     +     +        +        +"),
    ("daemon.origins", {}, RESULT,                                      "+    +     +     +     +        +        +"),
    ("rpc.discover", {}, RESULT,                                        "+    +     +     +     +        +        +"),
    ("session.getUUID", {}, RESULT,                                     "+    +     +     -     +        -        +"),
    ("session.getUUIDForAuthentication", {"authID": "till"}, RESULT,    "+    +     +     -     +        -        +"),
    ("session.status", {}, RESULT,                                      "+    +     +     -     +        -        +"),
    ("session.watch", {}, RESULT,                                       "+    +     +     -     +        -        +"),
    ("session.retrieveToken", {}, RESULT,                               "+    +     +     +     -        -        +"),
    ("session.refreshToken", {}, RESULT,                                "+    +     +     +     -        -        +"),
    ("session.touch", {}, RESULT,                                       "+    +     +     +     -        -        +"),
    ("session.profile", {}, "unsupported",                              "+    +     +     -     -        -        +"),
    ("session.regenerateUUID", {}, RESULT,                              "+    +     +     -     -        -        +"),
    ("session.setIdentity", {"customEmail": "label"}, RESULT,           "+    +     +     -     -        -        +"),
    ("session.authenticate", {"provider": "GOOGLE", "providerToken": "x"}, "unsupported",
                                                                        "+    +     +     -     -        -        +"),
    ("session.authenticateWithToken", OF_NOBODY, "authorityRejected",   "+    +     +     -     -        -        +"),
    ("session.deleteAccount", {"authFactor": "x"}, "unsupported",       "+    +     +     -     -        -        +"),
    ("session.beginSignIn", {}, "unsupported",                          "+    +     +     -     -        -        +"),
    ("session.pendingSignIn", {}, RESULT,                               "+    +     +     -     -        -        +"),
    ("session.completeSignIn", {"attempt": "x", "callbackURL": "a:b"}, "superseded",
                                                                        "+    +     +     -     -        -        +"),
    ("session.cancelSignIn", {}, RESULT,                                "+    +     +     -     -        -        +"),
    ("session.signIn", {"email": LOGIN, "password": PASSWORD}, RESULT,  "+    +     +     -     -        -        +"),
    ("session.signOut", {}, RESULT,                                     "+    +     +     -     -        -        +"),
    ("session.simpleAuthenticate", {"email": LOGIN, "authID": "till"}, RESULT,
                                                                        "+    +     +     -     -        -        +"),
    ("session.destroy", {}, RESULT,                                     "+    +     +     -     -        -        +"),
    ("authority.changeAPIKey", {"apiKey": "x"}, "unsupported",          "+    +     -     -     -        -        +"),
    ("daemon.metrics", {}, RESULT,                                      "+    +     -     -     -        -        +"),
    ("daemon.setLogLevel", {"level": "info"}, RESULT,                   "+    +     -     -     -        -        +"),
    ("daemon.reload", {"dryRun": True}, RESULT,                         "+    +     -     -     -        -        +"),
]

# Run by whoever calls: each line of the standard input over a connection of its own, and the first line of its answer.
ASK = """
import socket, sys
for line in sys.stdin.buffer:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        try:
            connection.connect(sys.argv[1])
        except PermissionError:
            print()
            continue
        connection.sendall(line)
        with connection.makefile("rb") as answers:
            print(answers.readline().decode(), end="")
"""
REQUESTS = "".join(
    json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"
    for number, (method, params, _, _) in enumerate(TABLE))


def methods():
    """The names of all methods, out of the program's own list."""
    text = (PACKAGE / "Sources/Session/SessionProtocol/Values/Method.swift").read_text()
    return re.findall(r'^    case \w+ = "([^"]+)"$', text, re.MULTILINE)


def expected(caller):
    """What the table says of a caller: the outcome of each method."""
    column = CALLERS.index(caller)
    return {method: answer if marks.split()[column] == "+" else DENIED for method, _, answer, marks in TABLE}


def without_connection():
    """The outcome of each method for whom the kernel does not let connect."""
    return {method: NO_CONNECTION for method, *_ in TABLE}


def found(output):
    """What a caller got, out of what `ASK` has printed: the outcome of each method."""
    lines = output.splitlines()
    assert len(lines) == len(TABLE), output
    return {method: outcome(line, number) for number, ((method, *_), line) in enumerate(zip(TABLE, lines))}


def outcome(line, number):
    if not line:
        return NO_CONNECTION
    response = check_response(parse(line.encode()))
    assert response["id"] == number, response
    return response["error"]["data"]["name"] if "error" in response else RESULT


def customer(status):
    """What of a status nobody changes without a right to: not even who may read a token, which may be a first one."""
    return {name: status.get(name) for name in ("uuid", "generation", "signedIn", "customEmail")}
