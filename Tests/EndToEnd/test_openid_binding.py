# SPDX-License-Identifier: Apache-2.0
"""What a session at an OpenID provider is bound to, what its configuration may be, and where its calls may lead."""

import json
import unittest

from openid import ANNA, KIOSK, OpenIDTestCase

BOTH = ("discovery", "metadata")


class Calls(OpenIDTestCase):
    def start(self, *faults):
        self.provider = self.start_provider(faults=faults)
        self.daemon = self.start_openid(self.provider)

    def test_nothing_leads_elsewhere(self):
        other = self.start_provider()
        there = f"{other.issuer}/.well-known/openid-configuration"
        self.start(*(f"on={one},status=302,location={there}" for one in BOTH))
        self.assert_refused("authorityUnavailable", self.begin, self.daemon)
        self.assertEqual(other.count(), 0)

    def test_without_a_call_for_devices_a_browser_is_the_way(self):
        self.start(*(f"on={one},omit=device_authorization_endpoint" for one in BOTH))
        self.assertEqual(self.begin(self.daemon)["method"], "browser")
        self.assert_refused("busy", self.begin, self.daemon, method="device")
        self.daemon.call("session.cancelSignIn")
        self.assert_refused("unsupported", self.begin, self.daemon, method="device")


class Binding(OpenIDTestCase):
    def setUp(self):
        self.provider = self.start_provider(clients=[KIOSK, "other", "till:canary-secret-of-till"])
        self.daemon = self.start_openid(self.provider)
        self.first = self.sign_in(self.daemon, self.provider)
        self.events = self.watcher(self.daemon)

    def reload(self, provider=None, **settings):
        self.configure(self.daemon, provider or self.provider, **settings)
        return self.daemon.call("daemon.reload")

    def test_another_client_or_issuer_is_another_authority(self):
        for change in ({"ClientID": "other"}, {"provider": self.start_provider()}):
            with self.subTest(list(change)):
                self.reload(**change)
                event = self.events.event()
                self.assertEqual((event["kind"], event["reason"]), ("signedOut", "sessionDestroyed"))
                self.assertNotEqual(self.daemon.call("session.getUUID")["uuid"], self.first["uuid"])
                self.daemon.stop()
                self.configure(self.daemon, self.provider)
                self.daemon.start_afresh()
                self.first = self.sign_in(self.daemon, self.provider)
                self.events = self.watcher(self.daemon)

    def test_it_is_so_at_a_start_too_and_a_pending_one_goes(self):
        self.daemon.call("session.signOut")
        self.begin(self.daemon)
        self.daemon.stop()
        self.configure(self.daemon, self.provider, ClientID="other")
        self.daemon.start()
        self.assertEqual(self.daemon.call("session.pendingSignIn"), {})
        self.assertNotEqual(self.daemon.call("session.getUUID")["uuid"], self.first["uuid"])

    def test_another_scope_ends_nothing(self):
        self.reload(Scope="openid offline_access email")
        self.assertEqual(self.daemon.call("session.status")["login"], ANNA)
        self.refreshed(self.daemon)

    def test_another_secret_ends_nothing(self):
        daemon = self.start_openid(self.provider, "till")
        self.sign_in(daemon, self.provider)
        secret = self.provider.folder / "another-secret"
        secret.write_text("another\n")
        secret.chmod(0o600)
        self.configure(daemon, self.provider, "till", ClientSecretFile=secret)
        daemon.call("daemon.reload")
        self.assert_refused("authorityUnavailable", daemon.call, "session.refreshToken")
        self.assertEqual(daemon.call("session.status")["state"], "signedIn")
        self.configure(daemon, self.provider, "till")
        daemon.call("daemon.reload")
        self.refreshed(daemon)


class Configuration(OpenIDTestCase):
    BAD = [
        ({"Issuer": "http://login.example.com/"}, "Issuer"), ({"Issuer": None}, "Issuer"),
        ({"Issuer": "https://login.example.com/?tenant=1"}, "Issuer"),
        ({"ClientID": None}, "ClientID"), ({"AnonymousToken": "clientCredentials"}, "AnonymousToken"),
        ({"ClientAuthentication": "jwt"}, "ClientAuthentication"),
        ({"ClientAuthentication": "client_secret_basic"}, "ClientAuthentication"),
        ({"TokenEndpoint": "ftp://x/"}, "TokenEndpoint"), ({"RedirectURI": "javascript:alert(1)"}, "RedirectURI"),
        ({"CheckSec": "1"}, "CheckSec"),
    ]

    def test_what_cannot_be_used_is_named(self):
        provider = self.start_provider()
        for settings, name in self.BAD:
            with self.subTest(settings):
                daemon = self.start_openid(provider, **settings)
                error = self.assert_refused("notConfigured", self.begin, daemon)
                self.assertIn(name, str(error) + str(error.data))

    def test_what_is_shown_of_it_has_no_secret(self):
        provider = self.start_provider()
        daemon = self.make_openid(provider, "till")
        shown = daemon.sessionctl("config", "show", "--json", "--config", daemon.config_path)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("client_secret_basic", json.dumps(json.loads(shown.stdout)))
        self.assertNotIn(b"canary", shown.stdout)


if __name__ == "__main__":
    unittest.main()
