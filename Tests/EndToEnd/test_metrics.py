# SPDX-License-Identifier: Apache-2.0
"""Metrics, as the parsers of Prometheus' own Python client read them."""

import json
import os
import pathlib
import re
import stat
import subprocess
import tempfile
import time
import unittest

from harness import BINARIES, PACKAGE, PATIENCE_SECONDS, DaemonTestCase, hashed
from manual import Page
from openid import OpenIDEmulator

ANNA, PASSWORD = "anna@example.com", "anna's"
MONITORING = PACKAGE / "Packaging" / "monitoring"
# Debian's interpreter, which has Debian's packages: python3-prometheus-client.
PARSE = """
import json, sys
from prometheus_client{module}.parser import text_string_to_metric_families
print(json.dumps([
    [family.name, family.type, family.unit, family.documentation,
     [[sample.name, sample.labels, sample.value] for sample in family.samples]]
    for family in text_string_to_metric_families(sys.stdin.read())]))
"""


def parsed(text, module):
    """The families of a text: {name: (type, {(sample, labels): value})}."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c", PARSE.replace("{module}", module)], input=text, capture_output=True, text=True,
        timeout=PATIENCE_SECONDS)
    if done.returncode:
        raise AssertionError(f"no metrics: {done.stderr}\n{text}")
    return {
        name: (kind, {(sample, *sorted(labels.items())): value for sample, labels, value in samples})
        for name, kind, unit, documentation, samples in json.loads(done.stdout)}


class MetricsTestCase(DaemonTestCase):
    accounts = {ANNA: hashed(PASSWORD, 1000)}

    def families(self):
        """What the daemon says now."""
        answer = self.daemon.call("daemon.metrics")
        self.assertEqual(answer["contentType"], "application/openmetrics-text; version=1.0.0; charset=utf-8")
        return parsed(answer["text"], ".openmetrics")

    def value(self, family, sample, **labels):
        """A sample of a family; `None` where it is not there."""
        return self.families()[f"sessiond_{family}"][1].get((f"sessiond_{sample}", *sorted(labels.items())))


class Metrics(MetricsTestCase):
    def test_another_program_reads_them_and_finds_what_is_so(self):
        self.client.call("session.retrieveToken")
        families = self.families()
        status = self.client.call("session.status")
        left = families["sessiond_token_remaining_seconds"][1][("sessiond_token_remaining_seconds",)]
        self.assertAlmostEqual(left, status["expiresInSeconds"], delta=2)
        state = families["sessiond_session_state"]
        self.assertEqual(state[0], "stateset")
        self.assertEqual([key[1][1] for key, value in state[1].items() if value], ["anonymous"])
        self.assertEqual(families["sessiond_ready"][1], {("sessiond_ready",): 1})
        info = self.client.call("daemon.info")["server"].split("/")[1]
        self.assertIn(("sessiond_build_info", ("protocol", "1"), ("version", info)), families["sessiond_build"][1])

    def test_each_request_is_counted_once_by_method_and_outcome(self):
        before = self.families()["sessiond_requests"][1]
        for _ in range(3):
            self.client.call("session.getUUID")
        self.client.call("session.getUUID", _hint=1)
        self.client.call("session.setIdentity", customEmail="label")
        self.assert_refused("notSignedIn", self.client.call, "session.retrieveToken", requireSignedIn=True)
        self.assert_refused("methodNotFound", self.client.call, "session.ann@example.com")
        self.client.send_raw(b"{\n")
        self.client.read_response()
        self.client.send([self.client.request("session.status"), self.client.request("session.touch")])
        self.client.read()
        after = self.families()["sessiond_requests"][1]
        grown = {key[1:]: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}
        self.assertEqual(grown, {
            (("method", method), ("outcome", outcome)): count for method, outcome, count in [
                # The answer that counts itself is not in it yet.
                ("daemon.metrics", "ok", 1), ("session.getUUID", "ok", 4), ("session.setIdentity", "ok", 1),
                ("session.retrieveToken", "notSignedIn", 1), ("session.status", "ok", 1), ("session.touch", "ok", 1),
                ("unknown", "methodNotFound", 1), ("unknown", "parseError", 1)]})

    def test_every_request_has_its_duration(self):
        for _ in range(5):
            self.client.call("session.getUUID")
        self.client.call("session.setIdentity", customEmail="label")
        families = self.families()
        durations = families["sessiond_request_duration_seconds"][1]
        counts = {
            key[1][1]: value for key, value in durations.items() if key[0] == "sessiond_request_duration_seconds_count"}
        self.assertEqual(counts, {"immediately": 5, "later": 1})
        self.assertEqual(sum(families["sessiond_requests"][1].values()), 6)

    def test_a_sign_in_and_a_refresh_are_counted(self):
        self.client.call("session.retrieveToken")
        self.client.call("session.signIn", email=ANNA, password=PASSWORD)
        self.client.call("session.refreshToken")
        # By then the change has been announced.
        self.client.call("session.status")
        self.assertEqual(self.value("session_changes", "session_changes_total", kind="signedIn"), 1)
        self.assertEqual(
            self.value("token_requests", "token_requests_total", request="refresh", outcome="ok"), 1)
        self.assertEqual(self.value("token_requests", "token_requests_total", request="login", outcome="ok"), 1)

    def test_connections_and_faults_are_counted(self):
        self.client.send_raw(b" " * 70_000 + b"\n")
        self.client.read_response()
        families = self.families()
        faults = families["sessiond_connection_faults"][1]
        self.assertEqual({key[1][1]: value for key, value in faults.items() if value}, {"lineTooLong": 1})
        self.assertGreaterEqual(
            families["sessiond_connections_accepted"][1][("sessiond_connections_accepted_total",)], 2)

    def test_each_connection_that_there_was_no_room_for_is_counted(self):
        daemon = self.new_daemon({"Limits": {"Connections": 1, "ConnectionsPerUser": 1}})
        # Root has eight more.
        kept = [daemon.client() for _ in range(9)]
        for client in kept:
            client.call("session.getUUID")
        for _ in range(3):
            with daemon.client() as client:
                self.assertEqual(client.read_response()["error"]["data"]["name"], "limitExceeded")
        kept[0].send(kept[0].request("daemon.metrics"))
        text = kept[0].read_response()["result"]["text"]
        self.assertIn('sessiond_connection_faults_total{fault="tooManyConnections"} 3\n', text)
        self.assertIn("sessiond_connections 9\n", text)

    def test_nothing_of_the_customer_is_in_them(self):
        self.client.call("session.retrieveToken")
        self.client.call("session.signIn", email=ANNA, password=PASSWORD)
        self.client.call("session.setIdentity", customEmail="label@example.com", customIdentifier="till-canary")
        token = self.client.call("session.retrieveToken")
        text = self.client.call("daemon.metrics")["text"]
        for secret in (ANNA, PASSWORD, "label@example.com", "till-canary", token["token"], token["uuid"]):
            self.assertNotIn(secret, text)

    def test_the_manual_explains_each_and_no_other(self):
        self.client.call("session.retrieveToken")
        self.client.call("session.setIdentity", customEmail="label")
        documented = {
            name for entry in Page("sessiond.8").entries("METRICS") for word in entry.arguments("Va")
            for name in word.split()}
        # The skew and an outage are known of an authority that is asked over a network, the grant's end of one that gives
        # grants.
        names = {name.removeprefix("sessiond_") for name in self.families()}
        elsewhere = {
            "authority_clock_skew_seconds", "authority_outage_timestamp_seconds", "grant_expiry_timestamp_seconds"}
        self.assertEqual(documented, names | elsewhere)


class AtAProvider(MetricsTestCase):
    def setUp(self):
        self.provider = OpenIDEmulator(statesRefreshEnd=True, refreshTokenSeconds=3600)
        self.addCleanup(self.provider.remove)
        self.provider.start()
        self.sections = {"Authority": {"Kind": "openid"}, "OpenID": self.provider.settings()}
        super().setUp()

    def end_of_sign_in(self, do):
        """Begins one, has something done, and waits for its end."""
        with self.daemon.client() as watcher:
            watcher.call("session.watch")
            self.client.call("session.beginSignIn")
            do()
            while watcher.read()["params"]["kind"] != "signInEnded":
                pass

    def test_sign_ins_are_counted_by_their_ends_and_the_end_of_the_grant_is_shown(self):
        self.assertNotIn("sessiond_grant_expiry_timestamp_seconds", self.families())
        # A rate needs a number to begin with.
        for outcome in ("signedIn", "denied", "expired", "cancelled", "superseded", "failed"):
            self.assertEqual(self.value("sign_ins", "sign_ins_total", outcome=outcome), 0, outcome)
        self.end_of_sign_in(lambda: self.client.call("session.cancelSignIn"))
        self.end_of_sign_in(self.provider.deny)
        began = time.time()
        self.end_of_sign_in(self.provider.approve)
        for outcome in ("cancelled", "denied", "signedIn"):
            self.assertEqual(self.value("sign_ins", "sign_ins_total", outcome=outcome), 1, outcome)
        self.assertGreaterEqual(self.value("sign_in_polls", "sign_in_polls_total"), 2)
        end = self.value("grant_expiry_timestamp_seconds", "grant_expiry_timestamp_seconds")
        self.assertAlmostEqual(end, began + 3600, delta=PATIENCE_SECONDS)

    def test_a_client_that_is_refused_has_an_outcome_of_its_own(self):
        self.end_of_sign_in(self.provider.approve)
        self.provider.answer_error("token.refresh", "invalid_client", status=401)
        self.assert_refused("authorityUnavailable", self.client.call, "session.refreshToken")
        refused = self.value("token_requests", "token_requests_total", request="refresh", outcome="misconfigured")
        self.assertEqual(refused, 1)


class TextFile(MetricsTestCase):
    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-")))
        self.path = self.folder / "sessiond.prom"

    def test_the_file_is_replaced_whole_by_what_node_exporter_reads(self):
        self.client.call("session.retrieveToken")
        self.path.write_text("old\n")
        before = self.path.stat().st_ino
        command = [BINARIES / "sessionctl", "--socket", self.daemon.socket_path, "metrics", "--textfile", self.path]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, umask=0o077)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertNotEqual(self.path.stat().st_ino, before)
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o644)
        self.assertEqual(os.listdir(self.folder), [self.path.name])
        text = self.path.read_text()
        families = parsed(text, "")
        # What else OpenMetrics knows, that format refuses.
        self.assertLessEqual({kind for kind, _ in families.values()}, {"counter", "gauge", "histogram"})
        self.assertEqual(set(re.findall(r"^# (\S+)", text, re.MULTILINE)), {"TYPE", "HELP"})
        self.assertEqual(
            {name.removesuffix("_info") for name in families}, set(self.families()))

    def test_a_file_that_cannot_be_replaced_stays_and_nothing_is_left(self):
        (self.path / "in the way").mkdir(parents=True)
        done = self.daemon.sessionctl("metrics", "--textfile", self.path)
        self.assertEqual(
            (done.returncode, done.stderr), (74, f"error: cannot write {self.path}: Is a directory\n".encode()))
        self.assertEqual(os.listdir(self.folder), [self.path.name])

    def test_without_a_daemon_the_file_stays_as_it_was(self):
        self.path.write_text("old\n")
        self.daemon.stop()
        self.assertEqual(self.daemon.sessionctl("metrics", "--textfile", self.path).returncode, 69)
        self.assertEqual(self.path.read_text(), "old\n")


class Monitoring(MetricsTestCase):
    def test_every_metric_that_dashboard_and_alerts_name_is_there(self):
        self.client.call("session.retrieveToken")
        self.client.call("session.setIdentity", customEmail="label")
        self.daemon.call("daemon.metrics")
        text = self.daemon.sessionctl("metrics").stdout.decode()
        there = set(re.findall(r"^(sessiond_\w+)", text, re.MULTILINE)) | {"sessiond_authority_clock_skew_seconds"}
        for path in sorted(MONITORING.iterdir()):
            with self.subTest(path.name):
                named = {
                    name for expression in self.expressions(path)
                    for name in re.findall(r"\b(sessiond_\w+)(?=[{\s\[),]|$)", re.sub(r"\([\w, ]*\)|\{[^{}]*\}", " ", expression))}
                self.assertGreater(len(named), 8)
                self.assertLessEqual(named, there)

    def test_every_outcome_that_they_name_is_one(self):
        labels = {
            match for path in MONITORING.iterdir() for expression in self.expressions(path)
            for match in re.findall(r'(request|outcome|fault|sessiond_token_state)=~?"([^"]*)"', expression)}
        known = {
            "request": {"login", "refresh"}, "outcome": {"ok", "rejected", "misconfigured", "signedIn", "failed"},
            "fault": {"tooManyConnections"}, "sessiond_token_state": {"none|expired", "valid"}}
        for label, value in labels:
            self.assertIn(value, known[label])

    def expressions(self, path):
        """The PromQL in a file."""
        if path.suffix == ".json":
            dashboard = json.loads(path.read_text())
            ids = [panel["id"] for panel in dashboard["panels"]]
            self.assertEqual(len(set(ids)), len(ids))
            return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
        rules = re.findall(r"^ +- alert: (\w+)\n +expr: (.+)$", path.read_text(), re.MULTILINE)
        self.assertEqual(len(rules), path.read_text().count("- alert:"))
        return [expression for _, expression in rules]


if __name__ == "__main__":
    unittest.main()
