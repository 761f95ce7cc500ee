# SPDX-License-Identifier: Apache-2.0
"""The key that the stored session is sealed with: made, kept, lost, changed, on the machine and on a clone of it."""

import re
import unittest
import uuid

from harness import lasting, owner, rebooted
from machine import SERVICE, SOCKETS, STATE, SystemTestCase
from manual import Page

KEY_SERVICE, KEYS = "sessiond-key.service", "/var/lib/sessiond-key"
CLEAR_KEY, HOST_SECRET = "/run/sessiond-key/sessiond.state-key", "/var/lib/systemd/credential.secret"
UNSEALED, SET_ASIDE, LOCKED = (
    "64e42cbcd3dc4f8ab52c8c346ca69229", "079ba62413f8420d85fec17d48509894", "6306f2ec64904de4acef39bbed0ed3bf")
RESUMED = "51c8d6fb3e6649bd923f4e63bca9e48c"
SUCCESS, FAILURE = "success", "exit-code"


class KeyTestCase(SystemTestCase):
    def stop(self, *units):
        self.box.systemctl("stop", SERVICE, *units)

    def key_ids(self):
        """The keys that the stored states are sealed with."""
        text = self.box.shell('head -qn1 "$1"/session.[01]', STATE)
        return set(re.findall(r" key=(\S+)", text))

    def encrypted(self):
        """The files with encrypted keys."""
        return self.box.shell('ls "$1"', KEYS).split()

    def digest(self, *paths):
        return self.box.do("sha256sum", *paths)

    def token(self):
        return self.call("session.retrieveToken", requireSignedIn=True)["token"]

    def become(self, machine):
        """Boots the box as the machine with that id."""
        self.box.shell('echo "$1" >/etc/machine-id', machine)
        self.box.reboot()
        self.reach()

    def become_another(self):
        """Boots the box as another machine, for this test."""
        own = self.box.read("/etc/machine-id").strip()
        self.addCleanup(self.become, own)
        self.become(uuid.uuid4().hex)

    def locked(self, *words):
        """Fails unless the session is locked with those words, and nothing is overwritten."""
        before = self.digest(f"{STATE}/session.0", f"{STATE}/session.1")
        error = self.assert_refused("storeLocked", self.call, "session.status")
        entry = self.box.wait_for_entry(self.since, MESSAGE_ID=LOCKED)
        for word in words:
            self.assertIn(word, f"{error.message} {error.data['hint']}")
            self.assertIn(word, entry["MESSAGE"])
        self.stop()
        self.assertEqual(self.digest(f"{STATE}/session.0", f"{STATE}/session.1"), before)


class Made(KeyTestCase):
    def test_the_first_start_makes_it_and_seals_the_session(self):
        self.assertEqual(self.encrypted(), [])
        status = self.signed_in()
        self.assertEqual(status["store"], {"sealed": True, "state": "ok"})
        self.assertEqual(self.call("daemon.health"), {"ready": True, "problems": []})
        self.assertEqual(len(self.encrypted()), 1)
        modes = self.box.shell('stat -c "%a %U" "$1" "$1"/* /run/sessiond-key "$2"', KEYS, CLEAR_KEY)
        self.assertEqual(modes.splitlines(), ["700 root", "600 root", "700 root", "400 root"])
        (key_id,) = self.key_ids()
        self.assertRegex(key_id, "^[0-9a-f]{32}$")
        # The daemon's own user gets to the key as a credential, and to the files by no way.
        for path in (CLEAR_KEY, f"{KEYS}/{self.encrypted()[0]}"):
            self.assertNotEqual(self.box.run("cat", path, user="sessiond").returncode, 0)

    def test_it_is_the_same_after_a_reboot(self):
        before, token, ids = self.signed_in(), self.token(), self.key_ids()
        self.box.reboot()
        self.reach()
        self.assertEqual(rebooted(self.call("session.status")), rebooted(before))
        self.assertEqual((owner(self.token()), self.key_ids()), (owner(token), ids))

    def test_what_was_clear_is_sealed_when_there_is_a_key(self):
        self.drop_in(KEY_SERVICE, "[Unit]\nConditionPathExists=/nonexistent\n")
        before, token = self.signed_in(), self.token()
        self.assertEqual((before["store"]["sealed"], self.key_ids()), (False, {"none"}))
        self.box.wait_for_entry(self.since, MESSAGE_ID=UNSEALED)
        self.assertEqual([problem["name"] for problem in self.call("daemon.health")["problems"]], ["storeUnsealed"])
        self.box.shell("rm -r /run/systemd/system/sessiond-key.service.d; systemctl daemon-reload")
        self.stop()
        self.assertIs(self.call("session.status")["store"]["sealed"], True)
        self.assertNotIn("none", self.key_ids())
        self.assertEqual(self.token(), token)


class WithTPM(KeyTestCase):
    """What an administrator asks for where there is no TPM, as in the box."""

    def test_without_one_the_hosts_secret_alone_does_and_the_journal_says_so(self):
        self.drop_in(KEY_SERVICE, Page("sessiond.8").examples("SEALING")[0])
        self.assertEqual(self.signed_in()["store"], {"sealed": True, "state": "ok"})
        self.box.wait_for_entry(self.since, _SYSTEMD_UNIT=KEY_SERVICE, MESSAGE=(
            "sessiond-key: the TPM cannot be used, see above; the key is sealed with the host's secret alone. "
            "Once it can be, 'sessiond rekey' seals one with both"))
        # What the unit is told holds outside of it, too.
        token = self.token()
        self.stop(*SOCKETS)
        run = self.box.run("sessiond", "rekey")
        self.assertEqual(run.returncode, 0, run)
        self.assertIn("the TPM cannot be used", run.stderr)
        self.box.systemctl("start", *SOCKETS)
        self.assertEqual(self.token(), token)

    def test_a_key_that_none_opens_leaves_the_daemon_running_and_is_given_up_as_the_manual_says(self):
        before = self.signed_in()
        self.stop(KEY_SERVICE)
        self.addCleanup(self.box.do, "rm", "-rf", f"{KEYS}.lost")
        # Of one that is sealed with a TPM, too, no more than its beginning; nothing opens it.
        self.box.shell('printf "%s" "k6iUCUh0RJCQyvL8k8q1UyAAAAABAAAA" >"$1/$2"', KEYS, self.encrypted()[0])
        error = self.assert_refused("storeLocked", self.call, "session.status")
        self.assertIn("systemctl status sessiond-key", error.data["hint"])
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "active")
        said = " ".join(entry["MESSAGE"] for entry in self.box.entries(self.since, _SYSTEMD_UNIT=KEY_SERVICE))
        self.assertIn("the TPM that it is sealed with", said)
        (commands,) = Page("sessiond.8").procedure("the TPM was cleared or replaced, or is gone")
        # Where nobody can be asked.
        self.box.shell(f"{commands.rstrip()} --yes")
        after = self.call("session.status")
        self.assertNotEqual(after["uuid"], before["uuid"])
        self.assertEqual((after["signedIn"], after["store"]), (False, {"sealed": True, "state": "ok"}))


class Lost(KeyTestCase):
    def test_without_the_file_the_unit_starts_and_the_session_is_locked(self):
        self.signed_in()
        token = self.token()
        self.stop()
        self.box.do("rm", CLEAR_KEY)
        self.locked('"none": sessiond-key.service has given no key', "systemctl status sessiond-key")
        # The service manager has not given up on it, as it does for a missing credential (status 243).
        self.assertEqual(self.box.property(SERVICE, "Result"), SUCCESS)
        self.box.systemctl("restart", KEY_SERVICE)
        self.assertEqual(self.token(), token)

    def test_a_key_that_cannot_be_decrypted_is_kept_and_said_to_be_so(self):
        self.signed_in()
        token, encrypted = self.token(), f"{KEYS}/{self.encrypted()[0]}"
        self.stop(KEY_SERVICE)
        self.box.do("mv", HOST_SECRET, "/root/secret")
        self.addCleanup(self.box.run, "mv", "/root/secret", HOST_SECRET)
        before = self.digest(encrypted)
        self.locked("has given no key")
        self.assertEqual(self.box.property(KEY_SERVICE, "Result"), FAILURE)
        self.assertEqual(self.digest(encrypted), before)
        said = " ".join(entry["MESSAGE"] for entry in self.box.entries(self.since, _SYSTEMD_UNIT=KEY_SERVICE))
        self.assertIn(f"cannot decrypt {encrypted}, which is left as it is", said)
        self.box.do("mv", "/root/secret", HOST_SECRET)
        self.assertEqual(self.token(), token)

    def test_another_key_overwrites_nothing(self):
        self.signed_in()
        token, (first,) = self.token(), self.key_ids()
        self.stop(KEY_SERVICE)
        self.box.shell('mkdir /root/keys; mv "$1"/* /root/keys/', KEYS)
        self.addCleanup(self.box.do, "rm", "-rf", "/root/keys")
        self.locked(f"is sealed with key {first}, and the key that is given is", "sessiond rekey --from FILE")
        self.box.systemctl("stop", KEY_SERVICE)
        self.box.shell('mv /root/keys/* "$1"/', KEYS)
        self.assertEqual(self.token(), token)


class Changed(KeyTestCase):
    def rekey(self, *arguments):
        return self.box.run("sessiond", "rekey", *arguments)

    def test_a_new_one_for_the_machine_as_the_manual_says(self):
        self.signed_in()
        token, ids = self.token(), self.key_ids()
        pid = self.box.main_pid(SERVICE)
        run = self.rekey()
        self.assertEqual(run.returncode, 75, run)
        self.assertIn(f"process {pid} is using it", run.stderr)
        self.assertEqual(self.key_ids(), ids)
        (commands,) = Page("sessiond.8").examples("COMMANDS")
        (new,) = re.findall(f"^{STATE} is sealed with key (\\S+) from now on", self.box.shell(commands), re.MULTILINE)
        self.assertNotIn(new, ids)
        self.assertEqual(self.key_ids(), {new})
        owners = self.box.shell('stat -c "%a %U %G" "$1"/session.[01]', STATE)
        self.assertEqual(set(owners.splitlines()), {"600 sessiond sessiond-daemon"})
        self.assertEqual(self.token(), token)
        self.box.reboot()
        self.reach()
        self.assertEqual((owner(self.token()), self.key_ids()), (owner(token), {new}))

    def test_a_copy_of_it_where_the_hosts_secret_was_lost(self):
        self.signed_in()
        token = self.token()
        self.box.do("cp", CLEAR_KEY, "/root/copy")
        self.addCleanup(self.box.do, "rm", "-f", "/root/copy")
        self.stop(KEY_SERVICE, *SOCKETS)
        self.box.do("rm", HOST_SECRET)
        run = self.rekey("--from", "/root/copy")
        self.assertEqual(run.returncode, 0, run)
        self.box.systemctl("start", *SOCKETS)
        self.assertEqual(self.token(), token)
        self.assertEqual(self.box.property(KEY_SERVICE, "Result"), SUCCESS)

    def test_a_key_that_an_administrator_keeps(self):
        self.signed_in()
        token, own = self.token(), "/root/own.key"
        self.addCleanup(self.box.do, "rm", "-f", own)
        self.stop(*SOCKETS)
        run = self.rekey("--to", own)
        self.assertEqual(run.returncode, 0, run)
        self.drop_in(SERVICE, f"[Service]\n{re.search('LoadCredential=.*', run.stdout)[0]}\n")
        self.box.systemctl("start", *SOCKETS)
        self.assertEqual(self.token(), token)
        self.assertEqual(self.box.do("stat", "-c", "%a %U %s", own), "600 root 32\n")


class AnotherMachine(KeyTestCase):
    def test_a_clone_begins_a_session_of_its_own_with_a_key_of_its_own(self):
        before, token, ids = self.signed_in(), self.token(), self.key_ids()
        keys = self.encrypted()
        self.stop(*SOCKETS)
        found = self.digest(f"{STATE}/session.0", f"{STATE}/session.1").replace("session.", "")
        self.become_another()
        after = self.call("session.status")
        self.assertNotEqual(after["uuid"], before["uuid"])
        self.assertGreater(after["generation"], before["generation"])
        self.assertEqual((after["signedIn"], after["store"]["sealed"]), (False, True))
        self.assertNotEqual(self.call("session.retrieveToken")["token"], token)
        (entry,) = self.box.entries(MESSAGE_ID=SET_ASIDE)
        self.assertEqual(entry["REASON"], "securityException")
        self.assertIn("another machine's", entry["MESSAGE"])
        self.assertTrue(self.key_ids().isdisjoint(ids))
        self.assertLess(set(keys), set(self.encrypted()))
        aside = self.digest(f"{STATE}/session.0.damaged", f"{STATE}/session.1.damaged")
        self.assertEqual(aside.replace("session.", "").replace(".damaged", ""), found)

    def test_a_session_moves_to_another_device_as_the_manual_says(self):
        before, token, ids = self.signed_in(), self.token(), self.key_ids()
        on_the_old_one, on_the_new_one, in_the_end = Page("sessiond.8").procedure(
            "a session is to move to another device")
        self.addCleanup(self.box.systemctl, "enable", SERVICE, *SOCKETS)
        self.box.shell(on_the_old_one)
        self.assertEqual(self.box.property(SERVICE, "ActiveState"), "inactive")
        # A device that has never seen it, with a session of its own.
        self.box.shell('rm -rf "$1" "$2"', STATE, KEYS)
        self.box.systemctl("enable", SERVICE, *SOCKETS)
        self.become_another()
        self.assertNotEqual(self.call("session.getUUID")["uuid"], before["uuid"])
        self.box.shell(on_the_new_one)
        self.assertEqual(rebooted(self.call("session.status")), rebooted(before))
        self.assertEqual(owner(self.token()), owner(token))
        self.assertTrue(self.key_ids().isdisjoint(ids))
        self.assertEqual(self.box.entries(MESSAGE_ID=SET_ASIDE), [])
        self.box.shell(in_the_end)
        self.assertEqual(self.box.shell("ls /root/session.* 2>/dev/null || true"), "")


    def test_a_device_is_restored_from_a_backup_as_the_manual_says(self):
        before, token, ids = self.signed_in(), self.token(), self.key_ids()
        backup, restore, copy = Page("sessiond.8").procedure("a device is to be restored from a backup")
        self.addCleanup(self.box.do, "rm", "-f", "/root/backup.tar", "/root/session.key")
        self.box.shell(copy)
        self.box.shell(backup)
        self.assertEqual(self.box.do("stat", "-c", "%a", "/root/backup.tar", "/root/session.key"), "600\n400\n")
        # A device that was installed anew: nothing of it is there, and it is another machine.
        self.stop(KEY_SERVICE, *SOCKETS)
        self.box.shell('rm -rf "$1" "$2" "$3"', STATE, KEYS, HOST_SECRET)
        self.become_another()
        self.assertNotEqual(self.call("session.getUUID")["uuid"], before["uuid"])
        *commands, last = restore.splitlines()
        self.assertEqual(last, "systemctl reboot")
        self.box.shell("\n".join(commands))
        self.box.reboot()
        self.reach()
        self.assertEqual(rebooted(self.call("session.status")), rebooted(before))
        self.assertEqual((owner(self.token()), self.key_ids()), (owner(token), ids))
        self.assertEqual(self.box.entries(self.since, MESSAGE_ID=LOCKED), [])


class KeptByTheManager(KeyTestCase):
    """What the disk does not take goes through a restart of the service in the manager's hands."""

    def assert_kept(self, count):
        self.assertEqual(self.box.property(SERVICE, "NFileDescriptorStore"), str(count))

    def assert_outlives(self, status):
        """Fails unless kills and a restart of the service change nothing about the session."""
        for command in (["kill", "--signal=KILL"], ["restart"], ["kill", "--signal=KILL"]):
            self.box.systemctl(*command, SERVICE)
            after = self.call("session.status")
            for name in ("uuid", "generation", "signedIn"):
                self.assertEqual(after[name], status[name])
            self.assertEqual(after["store"], {"sealed": True, "state": "failing"})
            self.assert_kept(1)
        self.box.wait_for_entry(self.since, MESSAGE_ID=RESUMED)

    def test_a_sign_out_that_a_read_only_disk_did_not_take(self):
        self.on_tmpfs()
        before, token = self.signed_in(), self.token()
        self.stop()
        self.remount("ro")
        self.assertEqual(self.token(), token)
        self.assert_kept(0)
        answer = self.call("session.signOut")
        self.assertEqual((answer["changed"], answer["durable"]), (True, False))
        self.assert_kept(1)
        status = self.call("session.status")
        self.assertEqual((status["uuid"], status["signedIn"]), (before["uuid"], False))
        self.assert_outlives(status)
        self.remount("rw")
        self.box.systemctl("restart", SERVICE)
        self.assertEqual(self.call("session.status")["store"], {"sealed": True, "state": "ok"})
        self.assert_kept(0)
        self.stop()
        self.assertFalse(self.call("session.status")["signedIn"])

    def test_a_new_customer_that_a_full_disk_did_not_take(self):
        self.on_tmpfs()
        self.fill()
        self.call("session.getUUID")
        self.assertIs(self.call("session.destroy")["durable"], False)
        status = self.call("session.status")
        self.assert_outlives(status)
        self.box.shell('rm "$1/ballast"', STATE)
        self.assertIs(self.call("session.destroy")["durable"], True)
        self.assert_kept(0)
        uuid = self.call("session.getUUID")
        self.stop()
        self.assertEqual(self.call("session.getUUID"), uuid)


if __name__ == "__main__":
    unittest.main()
