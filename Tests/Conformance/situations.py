# SPDX-License-Identifier: Apache-2.0
"""The table: each row is a situation that an app gets into, and what it must see then, in every language.

A row is a function of the daemon and the app. Its documentation says what the daemon does, what the app asks, and what
the app must see. Rows say nothing of connections: calls and changes may share one or not.
"""

import dataclasses
import typing

from scripted import Unexpected, error, line

UUID = "345d4c8f-5aff-591d-a19c-1ca48923d9ee"
OTHER_UUID = "7023e164-2318-542c-9992-0b70cf4c5625"
# Where the daemon's numbers are today: more than 32 bits.
FIRST = 1795410123007
# The longest line of an app, and of the daemon.
LONGEST_REQUEST, LONGEST_ANSWER = 65_536, 4 * 1024 * 1024
TOKEN = {
    "token": "eyJ.a.b", "uuid": UUID, "origin": "ANONYMOUS", "expiresAt": "2026-11-23T06:02:03Z",
    "expiresInSeconds": 3599, "stale": False, "generation": 7}
SIGNED_OUT = {"changed": True, "durable": True, "authority": "notNeeded", "uuid": UUID, "generation": 8}
RETRIEVE, STATUS, WATCH, SIGN_OUT = "session.retrieveToken", "session.status", "session.watch", "session.signOut"

def status(generation=7, **members):
    return {
        "state": "anonymous", "uuid": UUID, "uuidOrigin": "generated", "signedIn": False,
        "signedInViaSimpleAuthentication": False, "origin": "ANONYMOUS", "expiresAt": "2026-11-23T06:02:03Z",
        "expiresInSeconds": 3599, "tokenState": "valid", "generation": generation,
        "authority": {"kind": "local", "reachable": True}, "store": {"sealed": True, "state": "ok"}, **members}

def signed_in(generation):
    return status(generation, state="signedIn", signedIn=True, uuid=OTHER_UUID, origin="SYNERISE", login="Łukasz 🛒")

def watching(sequence=FIRST, resumed=False, generation=7):
    return {"snapshot": status(generation), "sequence": sequence, "resumed": resumed}

def event(kind, sequence, after=None, **members):
    """The notification of a transition; `after` is the session then, absent in the last event of a watch."""
    generation = after["generation"] if after else 7
    params = {"sequence": sequence, "generation": generation, "kind": kind, **members}
    return {"jsonrpc": "2.0", "method": "session.event", "params": {**params, "status": after} if after else params}

@dataclasses.dataclass(frozen=True)
class Situation:
    number: int
    name: str
    text: str
    play: typing.Callable

TABLE = []

def row(play):
    name = play.__name__.replace("_", "-")
    TABLE.append(Situation(len(TABLE), name, " ".join(play.__doc__.split()), play))
    return play

def followed(daemon, app):
    """A following that has begun, at `FIRST` and generation 7; the request that it began with."""
    changes = app.changes()
    request = daemon.expect(WATCH, since=None)
    request.answer(watching())
    changes.change("snapshot", generation=7)
    return changes, request

def answered(daemon, app):
    """Shows that the app's calls are answered still, or again."""
    call = app.call("retrieveToken")
    daemon.expect(RETRIEVE).answer(TOKEN)
    call.answer(uuid=UUID)

# Calls

@row
def call_answered(daemon, app):
    """The daemon answers. The app has every member, a secret in clear when it asks for that."""
    call = app.call("retrieveToken", minimumValiditySeconds=60)
    daemon.expect(RETRIEVE, minimumValiditySeconds=60).answer(TOKEN)
    call.answer(**TOKEN)

@row
def call_refused(daemon, app):
    """The daemon answers an error. The app has its name, whether to try again, and when."""
    call = app.call("retrieveToken", minimumValiditySeconds=60)
    daemon.expect(RETRIEVE).refuse("authorityUnavailable", -32009, True, retryAfterSeconds=3, hint="wait")
    call.fails("authorityUnavailable", retryable=True, retryAfterSeconds=3)
    call = app.call("retrieveToken", requireSignedIn=True)
    daemon.expect(RETRIEVE, requireSignedIn=True).refuse("notSignedIn", -32004)
    call.fails("notSignedIn", retryable=False)
    answered(daemon, app)

@row
def calls_overlap(daemon, app):
    """The daemon answers two calls in the other order. Each has its own answer."""
    slow, fast = app.call("status"), app.call("retrieveToken")
    first, second = daemon.expect(STATUS), daemon.expect(RETRIEVE)
    second.answer(TOKEN)
    fast.answer(uuid=UUID)
    first.answer(signed_in(8))
    slow.answer(uuid=OTHER_UUID, login="Łukasz 🛒")

@row
def thousand_calls(daemon, app):
    """A thousand calls at once, answered by threes from the last to the first. Each has its own answer."""
    calls = [app.call("retrieveToken", minimumValiditySeconds=number) for number in range(1000)]
    for _ in range(333):
        requests = [daemon.expect(RETRIEVE) for _ in range(3)]
        for request in reversed(requests):
            request.answer({**TOKEN, "expiresInSeconds": request.params.get("minimumValiditySeconds", 0)})
    request = daemon.expect(RETRIEVE)
    request.answer({**TOKEN, "expiresInSeconds": request.params.get("minimumValiditySeconds", 0)})
    for number, call in enumerate(calls):
        call.answer(expiresInSeconds=number)

@row
def sign_in(daemon, app):
    """The app signs a customer in with a password. The daemon gets it as it was typed, and the app has the session."""
    call = app.call("signIn", email="anna@example.com", password="a\"\\ ü🛒")
    daemon.expect("session.signIn", email="anna@example.com", password="a\"\\ ü🛒").answer(signed_in(8))
    call.answer(state="signedIn", login="Łukasz 🛒", generation=8)

@row
def sign_in_with_a_phone(daemon, app):
    """The app begins a sign-in at the authority, looks at it, and gives it up. Its code comes through."""
    shown = {
        "attempt": "4f1c", "method": "device", "userCode": "WDJB-MJHT", "expiresAt": "2026-11-23T05:12:03Z",
        "verificationURI": "https://login.example.com/device", "expiresInSeconds": 599}
    call = app.call("beginSignIn", method="device")
    daemon.expect("session.beginSignIn", method="device").answer({**shown, "joined": False})
    call.answer(**shown, joined=False)
    call = app.call("pendingSignIn")
    daemon.expect("session.pendingSignIn").answer(shown)
    call.answer(userCode="WDJB-MJHT")
    call = app.call("cancelSignIn", attempt="4f1c")
    daemon.expect("session.cancelSignIn", attempt="4f1c").answer({"cancelled": True})
    call.answer(cancelled=True)

@row
def touch(daemon, app):
    """The app says that the customer is there. The answer is empty."""
    call = app.call("touch")
    daemon.expect("session.touch").answer({})
    call.answer()

# The daemon ends, and comes again

@row
def restart_in_a_read(daemon, app):
    """The daemon restarts while a read is under way. It is asked again, and the app has the answer."""
    call = app.call("retrieveToken", minimumValiditySeconds=60)
    daemon.expect(RETRIEVE)
    daemon.restart()
    daemon.expect(RETRIEVE, minimumValiditySeconds=60).answer(TOKEN)
    call.answer(uuid=UUID)

@row
def restart_in_a_change(daemon, app):
    """The daemon restarts while a change is under way. It may have been made: it is not sent again, and fails as
    connectionLost."""
    daemon.always[STATUS] = status(8)
    call = app.call("signOut")
    daemon.expect(SIGN_OUT)
    daemon.restart()
    call.fails("connectionLost")
    answered(daemon, app)
    if daemon.count(SIGN_OUT) != 1:
        raise Unexpected("the change was sent twice")

@row
def restart_between_calls(daemon, app):
    """The daemon restarts while nothing is under way. The next call, though it changes the session, is made on the new
    connection, once."""
    answered(daemon, app)
    daemon.restart()
    call = app.call("signOut")
    daemon.expect(SIGN_OUT).answer(SIGNED_OUT)
    call.answer(changed=True, generation=8)
    if daemon.count(SIGN_OUT) != 1:
        raise Unexpected("the change was sent twice")

@row
def away_between_calls(daemon, app):
    """The daemon was there, is away when the app calls, and comes again. The call waits for it: nothing of it was
    sent."""
    answered(daemon, app)
    daemon.stop()
    call = app.call("signOut")
    again = app.call("retrieveToken")
    daemon.start()
    daemon.expect(SIGN_OUT).answer(SIGNED_OUT)
    daemon.expect(RETRIEVE).answer(TOKEN)
    call.answer(changed=True)
    again.answer(uuid=UUID)

@row
def never_there(daemon, app):
    """There is no daemon. The first call fails at once as unreachable; it is there at the next."""
    daemon.stop()
    app.call("status").fails("unreachable")
    app.call("signOut").fails("unreachable")
    daemon.start()
    answered(daemon, app)

@row
def stays_away(daemon, app):
    """The daemon was there and does not come again. The call fails as unreachable when its time is up."""
    answered(daemon, app)
    daemon.stop()
    app.call("retrieveToken", _deadlineSeconds=0.3).fails("unreachable")

@row
def stops_in_a_read(daemon, app):
    """The daemon, which stops, answers a read with shuttingDown. It is asked again once it is back."""
    call = app.call("retrieveToken")
    daemon.expect(RETRIEVE).refuse("shuttingDown", -32017, True)
    daemon.expect(RETRIEVE).answer(TOKEN)
    call.answer(uuid=UUID)

@row
def stops_in_a_change(daemon, app):
    """The daemon, which stops, answers a change with shuttingDown. The app is told, and decides."""
    call = app.call("signOut")
    daemon.expect(SIGN_OUT).refuse("shuttingDown", -32017, True)
    call.fails("shuttingDown", retryable=True)
    answered(daemon, app)
    if daemon.count(SIGN_OUT) != 1:
        raise Unexpected("the change was sent twice")

@row
def cut_in_an_answer(daemon, app):
    """The connection ends in the middle of a line. That is no answer: the read is asked again."""
    call = app.call("retrieveToken")
    request = daemon.expect(RETRIEVE)
    request.peer.send_bytes(line(request.result(TOKEN))[:-9])
    request.peer.cut()
    daemon.expect(RETRIEVE).answer(TOKEN)
    call.answer(uuid=UUID)

@row
def cut_before_the_newline(daemon, app):
    """The connection ends after an answer without its newline. That is no answer either."""
    call = app.call("retrieveToken")
    request = daemon.expect(RETRIEVE)
    request.peer.send_bytes(line(request.result({**TOKEN, "generation": 6}))[:-1])
    request.peer.cut()
    daemon.expect(RETRIEVE).answer(TOKEN)
    call.answer(generation=7)

@row
def answered_and_cut(daemon, app):
    """The daemon answers and closes in the same moment. The answer counts, for a change too."""
    call = app.call("signOut")
    request = daemon.expect(SIGN_OUT)
    request.answer(SIGNED_OUT)
    request.peer.cut()
    call.answer(changed=True)
    answered(daemon, app)

@row
def closes_at_once(daemon, app):
    """The daemon takes connections and closes them. A read is tried until its time is up, and fails as
    connectionLost."""
    daemon.closes_at_once = True
    app.call("retrieveToken", _deadlineSeconds=0.3).fails("connectionLost")
    daemon.closes_at_once = False
    answered(daemon, app)

@row
def too_many_connections(daemon, app):
    """The daemon greets the connection with limitExceeded and closes it. What is called on it fails by that."""
    daemon.greeting, daemon.closes_at_once = line(error("limitExceeded", None, -32013, True)), True
    app.call("retrieveToken", _deadlineSeconds=5).fails("limitExceeded", retryable=True)

# Waiting, and giving up

@row
def hangs(daemon, app):
    """The daemon does not answer. The call fails as timedOut when its time is up, which the daemon was told; others on
    the same connection go on, and the late answer is nobody's."""
    call = app.call("retrieveToken", _deadlineSeconds=0.25)
    late = daemon.expect(RETRIEVE, _deadlineSeconds=0.25)
    call.fails("timedOut")
    other = app.call("status")
    request = daemon.expect(STATUS)
    late.answer(TOKEN)
    request.answer(status(9))
    other.answer(generation=9)

@row
def hangs_in_a_change(daemon, app):
    """The daemon does not answer a change. It fails as timedOut and is not sent again."""
    call = app.call("signOut", _deadlineSeconds=0.25)
    daemon.expect(SIGN_OUT)
    call.fails("timedOut")
    answered(daemon, app)
    if daemon.count(SIGN_OUT) != 1:
        raise Unexpected("the change was sent twice")

@row
def one_hangs_others_do_not(daemon, app):
    """A call hangs while others come and go. They are answered, and it fails when its own time is up."""
    hanging = app.call("retrieveToken", _deadlineSeconds=0.5, minimumValiditySeconds=1)
    daemon.expect(RETRIEVE)
    daemon.always[STATUS] = status()
    for _ in range(20):
        app.call("status").answer(generation=7)
    hanging.fails("timedOut")

@row
def cancelled(daemon, app):
    """The app gives a call up. It ends as cancelled at once; its late answer is nobody's, and the connection goes on."""
    call = app.call("retrieveToken")
    late = daemon.expect(RETRIEVE)
    call.cancel()
    call.fails("cancelled")
    other = app.call("status")
    request = daemon.expect(STATUS)
    late.answer(TOKEN)
    request.answer(status(9))
    other.answer(generation=9)

# What answers

@row
def split_everywhere(daemon, app):
    """The answer comes byte by byte, characters of several bytes among them. It is read as a whole."""
    call = app.call("status")
    daemon.expect(STATUS).answer(signed_in(8), split=True)
    call.answer(login="Łukasz 🛒", generation=8)

@row
def several_in_one_read(daemon, app):
    """Three answers come in one write. Each call has its own."""
    calls = [app.call("retrieveToken", minimumValiditySeconds=number) for number in range(3)]
    requests = [daemon.expect(RETRIEVE) for _ in calls]
    # Of the connection that all three are on, or of each.
    for peer in {request.peer for request in requests}:
        peer.send(*(
            request.result({**TOKEN, "expiresInSeconds": request.params.get("minimumValiditySeconds", 0)})
            for request in requests if request.peer is peer))
    for number, call in enumerate(calls):
        call.answer(expiresInSeconds=number)

@row
def garbage(daemon, app):
    """What answers is not the protocol. The call fails as malformedAnswer; a new connection is made for the next."""
    for answer in (
            b"HTTP/1.1 400 Bad Request\r\n\r\n", b"[]\n", b"17\n", b'{"jsonrpc":"2.0"\n', b"\xff\xfe\n", b"{}\n",
            b'{"jsonrpc":"2.0","id":ID}\n', b'{"jsonrpc":"2.0","id":ID,"error":"no"}\n'):
        call = app.call("retrieveToken")
        request = daemon.expect(RETRIEVE)
        request.peer.send_bytes(answer.replace(b"ID", str(request.message["id"]).encode()))
        call.fails("malformedAnswer")
    answered(daemon, app)

@row
def garbage_in_a_change(daemon, app):
    """The same for a change, which is not sent again."""
    call = app.call("signOut")
    daemon.expect(SIGN_OUT).peer.send_bytes(b"what?\n")
    call.fails("malformedAnswer")
    answered(daemon, app)
    if daemon.count(SIGN_OUT) != 1:
        raise Unexpected("the change was sent twice")

@row
def wrong_types(daemon, app):
    """An answer lacks a member, or has it of another type. The call fails as malformedAnswer; the connection goes on."""
    for wrong in ({**TOKEN, "generation": "7"}, {**TOKEN, "token": None}, {"uuid": UUID}, [], None):
        call = app.call("retrieveToken")
        daemon.expect(RETRIEVE).answer(wrong)
        call.fails("malformedAnswer")
    answered(daemon, app)

@row
def nobodys_answer(daemon, app):
    """Answers come with ids that nobody waits for. They are passed over."""
    call = app.call("retrieveToken")
    request = daemon.expect(RETRIEVE)
    request.peer.send(
        {"jsonrpc": "2.0", "id": 999_999_999, "result": {}}, error("busy", 888_888_888), request.result(TOKEN))
    call.answer(uuid=UUID)

@row
def long_answer(daemon, app):
    """An answer has a megabyte. It is read."""
    call = app.call("profile")
    daemon.expect("session.profile").answer({"name": "Anna", "notes": "ü" * (LONGEST_ANSWER // 8)})
    if call.answer(name="Anna")["notes"] != "ü" * (LONGEST_ANSWER // 8):
        raise Unexpected("what was read is not what was sent")

@row
def endless_answer(daemon, app):
    """A line does not end. It is not gathered beyond 4 MiB: the call fails as malformedAnswer."""
    call = app.call("profile")
    daemon.expect("session.profile").peer.send_bytes(b'{"jsonrpc":"2.0","id":1,"result":{"x":"' + b"x" * LONGEST_ANSWER)
    call.fails("malformedAnswer")
    answered(daemon, app)

@row
def long_request(daemon, app):
    """The app sends more than a line may have. The call fails as requestTooLarge, nothing is sent, others go on."""
    app.call("signIn", email="anna@example.com", password="x" * LONGEST_REQUEST).fails("requestTooLarge")
    answered(daemon, app)
    if daemon.count("session.signIn"):
        raise Unexpected("it was sent")

# Older and newer daemons

@row
def older(daemon, app):
    """The daemon has no sign-in at the authority. Such a call fails as unsupported, and is not sent."""
    daemon.info["features"] = []
    app.call("beginSignIn").fails("unsupported", retryable=False)
    app.call("pendingSignIn").fails("unsupported")
    answered(daemon, app)
    if daemon.count("session.beginSignIn") + daemon.count("session.pendingSignIn"):
        raise Unexpected("it was sent")

@row
def upgraded(daemon, app):
    """The daemon is upgraded under the app. What it lacked before is sent now."""
    daemon.info["features"] = []
    app.call("cancelSignIn").fails("unsupported")
    daemon.info["features"] = ["signInRequest", "somethingNew"]
    daemon.restart()
    call = app.call("cancelSignIn")
    daemon.expect("session.cancelSignIn").answer({"cancelled": False})
    call.answer(cancelled=False)

@row
def unknown_members(daemon, app):
    """The daemon is newer: there are members and values that nobody knows. They do no harm."""
    call = app.call("retrieveToken")
    request = daemon.expect(RETRIEVE)
    result = {**TOKEN, "origin": "CARRIER_PIGEON", "colour": {"of": ["the", "year"]}}
    request.peer.send({**request.result(result), "extra": 1})
    call.answer(uuid=UUID)
    call = app.call("status")
    request = daemon.expect(STATUS)
    request.answer(status(state="hovering", tokenState="folded", shape=None))
    call.answer(state="hovering", tokenState="folded")


@row
def unknown_members_reachable(daemon, app):
    """The same; the app can have them."""
    call = app.call("retrieveToken")
    daemon.expect(RETRIEVE).answer({**TOKEN, "origin": "CARRIER_PIGEON", "colour": {"of": ["the", "year"]}})
    call.answer(uuid=UUID, origin="CARRIER_PIGEON", colour={"of": ["the", "year"]})


@row
def unknown_error(daemon, app):
    """The daemon answers an error that nobody knows. The app has its name, and goes by retryable."""
    for retryable in (True, False):
        call = app.call("signOut")
        daemon.expect(SIGN_OUT).refuse("outOfCheese", -32099, retryable, retryAfterSeconds=9, cheese="gouda")
        call.fails("outOfCheese", retryable=retryable, retryAfterSeconds=9)
    answered(daemon, app)

@row
def unknown_notification(daemon, app):
    """The daemon tells of what nobody knows. It is passed over, before answers and while following."""
    call = app.call("retrieveToken")
    request = daemon.expect(RETRIEVE)
    request.peer.send({"jsonrpc": "2.0", "method": "daemon.sang", "params": {"song": 1}}, request.result(TOKEN))
    call.answer(uuid=UUID)
    changes, watch = followed(daemon, app)
    watch.peer.send({"jsonrpc": "2.0", "method": "daemon.sang"}, event("signedIn", FIRST + 1, signed_in(8)))
    changes.change("signedIn", generation=8)

# Changes

@row
def changes_in_order(daemon, app):
    """The app follows the session. It is told how it is, then each change, and whether there is another customer."""
    changes = app.changes()
    watch = daemon.expect(WATCH)
    watch.answer(watching())
    changes.change("snapshot", generation=7, isOtherCustomer=True)
    watch.peer.send(
        event("uuidChanged", FIRST + 1, signed_in(8), reason="authentication"),
        event("signedIn", FIRST + 2, signed_in(8)), event("tokenRefreshed", FIRST + 5, signed_in(8)))
    changes.change("uuidChanged", generation=8, isOtherCustomer=True)
    changes.change("signedIn", generation=8, isOtherCustomer=False)
    changes.change("tokenRefreshed", generation=8, isOtherCustomer=False)
    watch.peer.send(event("signedOut", FIRST + 6, status(9), reason="userSignOut"))
    changes.change("signedOut", generation=9, isOtherCustomer=True)

@row
def changes_split(daemon, app):
    """An event comes byte by byte. It is told once it is whole."""
    changes, watch = followed(daemon, app)
    watch.peer.send(event("signedIn", FIRST + 1, signed_in(8)), split=True)
    changes.change("signedIn", generation=8)

@row
def calls_while_following(daemon, app):
    """Calls and events come mixed. Each goes where it belongs."""
    changes, watch = followed(daemon, app)
    for number in range(1, 20):
        call = app.call("retrieveToken")
        request = daemon.expect(RETRIEVE)
        watch.peer.send(event("tokenRefreshed", FIRST + number, status(7)))
        request.answer(TOKEN)
        call.answer(uuid=UUID)
        changes.change("tokenRefreshed", generation=7)

@row
def event_with_the_answer(daemon, app):
    """An event comes in one read with the answer to session.watch. The next connection asks from that event on, not from
    the answer's number."""
    changes = app.changes()
    watch = daemon.expect(WATCH)
    watch.peer.send(watch.result(watching()), event("signedIn", FIRST + 1, signed_in(8)))
    changes.change("snapshot", generation=7)
    changes.change("signedIn", generation=8)
    daemon.cut()
    watch = daemon.expect(WATCH, since=FIRST + 1)
    watch.peer.send(watch.result(watching(FIRST + 2, True, 9)), event("signedOut", FIRST + 2, status(9)))
    changes.change("signedOut", generation=9, isOtherCustomer=True)
    daemon.cut()
    daemon.expect(WATCH, since=FIRST + 2)

@row
def resumed(daemon, app):
    """The connection breaks, and nothing was missed. The app is told nothing but what happens next."""
    changes, _ = followed(daemon, app)
    daemon.cut()
    watch = daemon.expect(WATCH, since=FIRST)
    watch.answer(watching(FIRST + 1, True, 8))
    watch.peer.send(event("signedIn", FIRST + 1, signed_in(8)))
    changes.change("signedIn", generation=8, isOtherCustomer=True)

@row
def told_twice(daemon, app):
    """The daemon tells an event again. The app is told once."""
    changes, watch = followed(daemon, app)
    signing = event("signedIn", FIRST + 1, signed_in(8))
    watch.peer.send(signing, signing, event("tokenRefreshed", FIRST, status()), event("signedOut", FIRST + 2, status(9)))
    changes.change("signedIn", generation=8)
    changes.change("signedOut", generation=9)

@row
def gap(daemon, app):
    """The daemon restarts, and cannot tell what was missed. The app is told how the session is now, and whether there is
    another customer."""
    changes, _ = followed(daemon, app)
    daemon.cut()
    daemon.expect(WATCH, since=FIRST).answer(watching(FIRST + 40, False, 9))
    changes.change("gap", generation=9, isOtherCustomer=True)
    daemon.cut()
    daemon.expect(WATCH, since=FIRST + 40).answer(watching(FIRST + 41, False, 9))
    changes.change("gap", generation=9, isOtherCustomer=False)

@row
def restart_while_following(daemon, app):
    """The daemon is away for a while. The app is told once that it cannot be followed, then that it can again, and that
    nothing was missed."""
    changes, _ = followed(daemon, app)
    daemon.stop()
    changes.change("interrupted", generation=7, isOtherCustomer=False)
    daemon.start()
    watch = daemon.expect(WATCH, since=FIRST)
    watch.answer(watching(FIRST, True))
    changes.change("resumed", generation=7, isOtherCustomer=False)
    watch.peer.send(event("signedIn", FIRST + 1, signed_in(8)))
    changes.change("signedIn", generation=8)

@row
def gap_after_an_interruption(daemon, app):
    """The daemon is away for a while, and cannot tell what was missed. That ends the interruption."""
    changes, _ = followed(daemon, app)
    daemon.stop()
    changes.change("interrupted", generation=7)
    daemon.start()
    daemon.expect(WATCH, since=FIRST).answer(watching(FIRST + 1, False, 8))
    changes.change("gap", generation=8, isOtherCustomer=True)

@row
def followed_before_it_is_there(daemon, app):
    """There is no daemon when following begins. The app is told so, and the session once it is there."""
    daemon.stop()
    changes = app.changes()
    changes.change("interrupted")
    daemon.start()
    daemon.expect(WATCH, since=None).answer(watching())
    changes.change("snapshot", generation=7, isOtherCustomer=True)

@row
def following_refused(daemon, app):
    """The daemon refuses to be followed. The app is told why, once; it is tried again, and told when it works."""
    changes = app.changes()
    daemon.expect(WATCH).refuse("storeLocked", -32010)
    changes.change("interrupted")
    daemon.expect(WATCH).refuse("storeLocked", -32010)
    daemon.expect(WATCH, since=None).answer(watching())
    changes.change("snapshot", generation=7)

@row
def garbage_while_following(daemon, app):
    """What is followed is not the protocol. The app is told, and it is tried again."""
    changes, watch = followed(daemon, app)
    watch.peer.send_bytes(b"what?\n")
    changes.change("interrupted", generation=7)
    daemon.expect(WATCH, since=FIRST).answer(watching(FIRST, True))
    changes.change("resumed", generation=7)

@row
def overflow(daemon, app):
    """The app read too slowly. It is told nothing of that, and what it missed follows."""
    changes, watch = followed(daemon, app)
    watch.peer.send(event("signedIn", FIRST + 1, signed_in(8)), event("overflow", FIRST + 1))
    watch.peer.cut()
    changes.change("signedIn", generation=8)
    watch = daemon.expect(WATCH, since=FIRST + 1)
    watch.answer(watching(FIRST + 2, True, 9))
    watch.peer.send(event("signedOut", FIRST + 2, status(9)))
    changes.change("signedOut", generation=9)

@row
def revoked(daemon, app):
    """The right to see the session is taken away. The app is told so; then following ends, or goes on as interrupted by
    permissionDenied."""
    changes, watch = followed(daemon, app)
    watch.peer.send(event("revoked", FIRST))
    watch.peer.cut()
    said = changes.next()
    cause = said.get("change", {}).get("cause")
    if cause == "revoked":
        changes.ends()
    elif cause != "interrupted" and said.get("error", {}).get("name") != "permissionDenied":
        raise Unexpected(f"the app is told {said}")

@row
def unknown_kind(daemon, app):
    """The daemon is newer: there is an event that nobody knows. It is a change like others, by its name."""
    changes, watch = followed(daemon, app)
    watch.peer.send(event("teleported", FIRST + 1, signed_in(8), reason="whim", where={"x": 1}))
    changes.change("teleported", generation=8, isOtherCustomer=True)
    watch.peer.send(event("signedOut", FIRST + 2, status(9), reason="whim"))
    changes.change("signedOut", generation=9)

@row
def followed_twice(daemon, app):
    """Two parts of the app follow the session. Each is told everything."""
    daemon.always[WATCH] = watching()
    first, second = app.changes(), app.changes()
    first.change("snapshot", generation=7)
    second.change("snapshot", generation=7)
    daemon.always.clear()
    daemon.cut()
    first.cancel()
    first.ends()
    while True:
        request = daemon.expect(WATCH, since=FIRST)
        request.answer(watching(FIRST + 1, True, 8))
        request.peer.send(event("signedIn", FIRST + 1, signed_in(8)))
        if second.next()["change"]["cause"] == "signedIn":
            break

@row
def following_cancelled(daemon, app):
    """The app follows no longer. That ends at once, and its calls go on."""
    changes, _ = followed(daemon, app)
    # By then whoever follows waits.
    answered(daemon, app)
    changes.cancel()
    changes.ends()
    answered(daemon, app)

@row
def following_cancelled_while_away(daemon, app):
    """The app follows no longer while there is no daemon. That ends at once, too."""
    changes, _ = followed(daemon, app)
    daemon.stop()
    changes.change("interrupted")
    changes.cancel()
    changes.ends()

@row
def ten_thousand_events(daemon, app):
    """The daemon tells so much at once that the app cannot keep up. It is told all, or that something was missed, and in
    the end how the session is."""
    changes, watch = followed(daemon, app)
    daemon.always[WATCH] = watching(FIRST + 10_001, False, 10_008)
    for first in range(1, 10_001, 100):
        watch.peer.send(*(event("uuidChanged", FIRST + each, status(7 + each)) for each in range(first, first + 100)))
    watch.peer.send(event("signedOut", FIRST + 10_001, status(10_008)))
    seen = 7
    while seen != 10_008:
        change = changes.next()["change"]
        if change["cause"] not in ("uuidChanged", "signedOut", "gap") or change["generation"] <= seen:
            raise Unexpected(f"after generation {seen} the app is told {change}")
        if change["cause"] == "uuidChanged" and change["generation"] != seen + 1:
            raise Unexpected(f"after generation {seen} the app is told {change}, and nothing of what is between")
        seen = change["generation"]
