# SPDX-License-Identifier: Apache-2.0
"""A connection that follows the session by session.watch."""

from harness import Client


class Watcher(Client):
    """A connection that watches; `snapshot`, `sequence` and `resumed` are the answer's."""

    def __init__(self, path, since=None):
        super().__init__(path)
        self.watch(since)

    def watch(self, since=None):
        answer = self.call_with("session.watch", None if since is None else {"since": since})
        assert set(answer) == {"snapshot", "sequence", "resumed"}, answer
        self.snapshot, self.sequence, self.resumed = answer["snapshot"], answer["sequence"], answer["resumed"]
        return self

    def event(self):
        """The next event's parameters; fails where its number is not beyond the last one's."""
        notification = self.read()
        assert set(notification) == {"jsonrpc", "method", "params"}, notification
        assert notification["method"] == "session.event", notification
        event = notification["params"]
        if event["kind"] not in ("overflow", "revoked"):
            assert event["sequence"] > self.sequence, (event, self.sequence)
            assert "token" not in str(event["status"].keys()).replace("tokenState", ""), event
            self.sequence = event["sequence"]
        return event

    def sign_in_end(self):
        """Waits until a sign-in at the authority has ended; the event."""
        while (event := self.event())["kind"] != "signInEnded":
            pass
        return event

    def kinds(self, count):
        return [self.event()["kind"] for _ in range(count)]
