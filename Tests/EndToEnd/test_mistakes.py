# SPDX-License-Identifier: Apache-2.0
"""The mistakes of an administrator and of an app, as a table: what is done; how it ends; what is said; what to do next.

Each is made with the real programs. None passes in silence, and nothing that is said would weaken the device. Where a
row says what is done then, it is what the answer has asked for: it is done, and it helps.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from conditions import (
    DAEMON_USER, OTHER_USER, OVERFLOW_ID, SESSION_GROUP, ConditionedDaemon, name_accounts, running_as,
)
from harness import BINARIES, ENVIRONMENT, PATIENCE_SECONDS, Client, hashed
from openid import OpenIDEmulator

ANNA, PASSWORD = "anna@example.com", "anna's"
OPENID = "[Authority]\nKind=openid\n[OpenID]\nIssuer=https://login.example.com\nClientID=kiosk\n"
SYNERISE = "[Authority]\nKind=synerise\n[Synerise]\nBaseURL=https://api.example.com\nAPIKeyFile=FOLDER/key\n"

# What is written into sessiond.conf; the status of `sessionctl config check`, 0 for a warning; what it says; what to do
# next; the file then.
CONFIGURATION = [
    ("a section that is misspelt", "[Authorty]\nKind=local", 78,
     "unknown section [Authorty]", "did you mean [Authority]?", "[Authority]\nKind=local"),
    ("a key that is misspelt", "[Session]\nIdleTimeoutSecs=5min", 0,
     "unknown key in [Session], ignored", "did you mean IdleTimeoutSec=?", "[Session]\nIdleTimeoutSec=5min"),
    ("a key in another section", "[Store]\nIdleTimeoutSec=5min", 0,
     "unknown key in [Store], ignored", "it belongs in [Session]", "[Session]\nIdleTimeoutSec=5min"),
    ("a key before any section", "Kind=local", 0,
     "ignored, since it stands before the first [Section]", "it belongs in [Authority]", "[Authority]\nKind=local"),
    ("a colon for the equals sign", "[Session]\nIdleTimeoutSec: 5min", 78,
     "no = on this line", "expected Key=value", "[Session]\nIdleTimeoutSec=5min"),
    ("a section that is left open", "[Session\nIdleTimeoutSec=5min", 78,
     "the section's name is not closed", "expected [Section] alone on a line", "[Session]\nIdleTimeoutSec=5min"),
    ("a comment behind a value", "[Session]\nIdleTimeoutSec=5min # as in the shop", 78,
     "not a time span", "a comment needs a line of its own", "[Session]\n# as in the shop\nIdleTimeoutSec=5min"),
    ("a unit that there is not", "[Session]\nIdleTimeoutSec=5 minuts", 78,
     '"5 minuts" cannot be used: an unknown unit of time', "such as 90, 30s or 1h 30min",
     "[Session]\nIdleTimeoutSec=5min"),
    ("a value out of range", "[Session]\nIdleTimeoutSec=400d", 78,
     "out of range", "from 1s to 365d", "[Session]\nIdleTimeoutSec=365d"),
    ("a word in other letters", "[Session]\nEndAction=signout", 78,
     "not one of these words", "did you mean signOut?", "[Session]\nEndAction=signOut"),
    ("yes for one of three words", "[Store]\nSeal=yes", 78,
     "not one of these words", "one of auto, required, no", "[Store]\nSeal=required"),
    ("a path that is not absolute", "[Local]\nAccountsFile=accounts", 78,
     "does not begin with /", "the absolute path of a file", "[Local]\nAccountsFile=FOLDER/accounts"),
    ("an authority that there is not", "[Authority]\nKind=keycloak", 78,
     "not one of these words", "one of local, openid, synerise", OPENID),
    ("an authority without its settings", "[Authority]\nKind=openid", 78,
     "openid needs Issuer= in [OpenID], which is not set", "expected Issuer=https://HOST/PATH", OPENID),
    ("settings of an authority that nothing chooses", "[OpenID]\nIssuer=https://login.example.com", 0,
     "[OpenID] has no effect", "no Kind= in [Authority] says openid", OPENID),
    ("a provider without its scheme", OPENID.replace("https://", ""), 78,
     "does not begin with http:// or https://", "expected https://HOST[:PORT][/PATH]", OPENID),
    ("a provider in the clear", OPENID.replace("https://", "http://"), 78,
     "http to another device, which would send tokens in the clear", "expected https://HOST[:PORT][/PATH]", OPENID),
    ("a path behind the REST API's origin", SYNERISE.replace(".com", ".com/v4"), 78,
     "a path, query or fragment", "expected https://HOST[:PORT] without a path", SYNERISE),
    ("no key for the REST API", SYNERISE.replace("APIKeyFile=FOLDER/key\n", ""), 0,
     "there is no API key but in the credential synerise.api-key", "else set APIKeyFile= or APIKey=", SYNERISE),
    ("a password in the proxy's address", f"{OPENID}Proxy=http://me:secret@proxy:3128", 78,
     "a user or password in a URL", "http://HOST:PORT or https://HOST:PORT, without user and path",
     f"{OPENID}Proxy=http://proxy:3128"),
    ("a token for a client that has no secret", f"{OPENID}AnonymousToken=clientCredentials", 78,
     "clientCredentials needs a client with a secret", "or AnonymousToken=none", f"{OPENID}AnonymousToken=none"),
    ("a secret for a client that shows none", f"{OPENID}ClientSecretFile=FOLDER/key", 0,
     "has no effect, since ClientAuthentication= is none", "expected ClientAuthentication=client_secret_basic",
     f"{OPENID}ClientSecretFile=FOLDER/key\nClientAuthentication=client_secret_basic"),
    ("a web view's address without a scheme", f"{OPENID}RedirectURI=kiosk", 78,
     "no scheme", "such as https://HOST/PATH or com.example.app:/PATH", f"{OPENID}RedirectURI=com.example.app:/kiosk"),
    ("a right that is misspelt", "[Access]\nAllow=identity.raed any", 78,
     "an unknown capability", "did you mean identity.read?", "[Access]\nAllow=identity.read any"),
    ("a name without user: or group:", "[Access]\nAllow=identity.read till-app", 78,
     "not a subject", "begins with user: or group:", "[Access]\nAllow=identity.read user:till-app"),
    ("a blank behind a comma", "[Access]\nAllow=identity.read, token.read user:till-app", 78,
     "not two words", "no blanks behind the commas", "[Access]\nAllow=identity.read,token.read user:till-app"),
    ("the subject before the rights", "[Access]\nAllow=user:till-app identity.read", 78,
     "cannot be used", "the subject comes behind the capabilities", "[Access]\nAllow=identity.read user:till-app"),
    ("an origin as in the address bar", "[Access]\nAllowOrigin=identity.read https://Till.example.com/screen?a=4", 78,
     "not in the form in which browsers have it", "write https://till.example.com",
     "[Access]\nAllowOrigin=identity.read https://till.example.com"),
    ("pages of all hosts of a domain", "[Access]\nAllowOrigin=identity.read https://*.example.com", 78,
     "a wildcard", "write a line for each origin",
     "[Access]\nAllowOrigin=identity.read https://till.example.com\nAllowOrigin=identity.read https://a.example.com"),
    ("every right for a page", "[Access]\nAllowOrigin=all https://till.example.com", 78,
     "all, which pages cannot have", "write the capabilities out",
     "[Access]\nAllowOrigin=identity.read,token.read https://till.example.com"),
    ("pages of a server in the shop without TLS", "[Access]\nAllowOrigin=identity.read http://till.example.com", 78,
     "http to another device", "serve it by https", "[Access]\nAllowOrigin=identity.read https://till.example.com"),
    ("rights for nobody", "[Access]\nAllow=token.read", 78,
     "not two words: capabilities and a subject", "a subject is user:NAME-OR-ID, group:NAME-OR-ID or any",
     "[Access]\nAllow=token.read group:till-apps"),
    ("a line that forbids", "[Access]\nDeny=token.read user:till-app", 0,
     "unknown key in [Access], ignored", "an empty Allow= takes away what is granted before it", "[Access]\nAllow="),
    ("a user that nobody is", "[Access]\nAllow=token.read user:tilapp", 0,
     "there is no such name as the user tilapp", "add it, or correct the line",
     "[Access]\nAllow=token.read user:till-app"),
    ("the id that stands for everybody unknown", "[Access]\nAllow=token.read user:65534", 78,
     "65534 stands for every id that the kernel cannot map", "so it is granted nothing", None),
    ("a section of another program", "[Unit]\nDescription=x", 0,
     "unknown section [Unit], ignored with its keys", "[Unit]", "[X-Unit]\nDescription=x"),
]

# What a file is that the configuration names: the setting, its name, content, mode and owner; the status; what is said;
# what to do next. A command in brackets, as it is printed, puts it right.
FILES = [
    ("a file that is not there", "AccountsFile", "missing", None, 0o600, 0, 78,
     "No such file or directory", "(make it, with mode 0640, of the group "),
    ("an accounts file that everybody can write", "AccountsFile", "accounts", "", 0o606, 0, 78,
     "everyone can write it", "(chmod o-w FILE)"),
    ("an accounts file of somebody else", "AccountsFile", "accounts", "", 0o600, OTHER_USER, 78,
     f"user {OTHER_USER} owns it", "(chown root FILE)"),
    ("an API key that everybody can read", "APIKeyFile", "key", "abc", 0o644, 0, 0,
     "everyone can read APIKeyFile=FILE", "(chmod o-r FILE)"),
    ("a password in the place of its hash", "AccountsFile", "accounts", f"{ANNA}:{PASSWORD}\n", 0o600, 0, 78,
     'is not "login:hash" with a hash of crypt(5) on line 1', "(see AccountsFile= in sessiond.conf(5))"),
    ("an API key with words around it", "APIKeyFile", "key", "key: abc\n", 0o600, 0, 78,
     "holds no API key and nothing else", "(see APIKeyFile= in sessiond.conf(5))"),
    ("a folder of certificates", "CAFile", ".", None, 0o700, 0, 78,
     "CAFile=FILE is not a regular file", "(see CAFile= in sessiond.conf(5))"),
    ("a certificate that is not PEM", "CAFile", "ca.der", "\x30\x82", 0o644, 0, 78,
     "holds no certificate in PEM", "(see CAFile= in sessiond.conf(5))"),
]

# What is typed behind `sessionctl`, and given on standard input; the status; what is said; what to do next; what is
# typed then, and works.
COMMANDS = [
    ("a verb that is misspelt", ["stauts"], "", 64, "there is no verb 'stauts'", "did you mean 'sessionctl status'?",
     ["status"]),
    ("a verb of other programs", ["whoami"], "", 64, "there is no verb 'whoami'", "did you mean 'sessionctl status'?",
     ["status"]),
    ("a verb that is like none", ["nosuch"], "", 64, "there is no verb 'nosuch'", "sessionctl --help shows all verbs",
     ["--help"]),
    ("half a verb", ["config"], "", 64, "sessionctl config needs one more word: check or show",
     "see sessionctl config --help", ["config", "check", "--config", "/dev/null"]),
    ("a misspelt option before a missing one", ["identity", "set", "--emial", ANNA], "", 64, "Unknown option '--emial'",
     "Did you mean '--email'?", ["identity", "set", "--email", ANNA]),
    ("an option that is misspelt", ["token", "--min-vaild", "60"], "", 64, "Unknown option '--min-vaild'",
     "Did you mean '--min-valid'?", ["token", "--min-valid", "60"]),
    ("a password as an argument", ["sign-in", "--email", ANNA, "--password", PASSWORD], "", 64,
     "Unknown option '--password'", "a secret is never an argument, which every process can read: --password-file, ", None),
    ("two that exclude each other", ["sign-in", "--email", ANNA, "--custom-id", "7"], "", 64,
     "Only one of '--email' and '--custom-id' can be given", "see sessionctl sign-in --help", None),
    ("nobody who is signed in", ["sign-in"], PASSWORD, 64,
     "say how the customer signs in",
     "at the local authority: sessionctl sign-in --email or --custom-id, with a password; ", None),
    ("no password", ["sign-in", "--email", ANNA], "", 64, "the password is empty",
     "give it on standard input, in a file with --password-file, or at the prompt", None),
    ("a password's file that is not there", ["sign-in", "--email", ANNA, "--password-file", "/nowhere/pw"], "", 66,
     "the password cannot be read from /nowhere/pw", "No such file or directory", None),
    ("a wrong password", ["sign-in", "--email", ANNA], "wrong", 65, "wrong login or password", "password", None),
    ("a time without sense", ["status", "--timeout", "soon"], "", 64, "The value 'soon' is invalid for '--timeout",
     "such as 10, 10s or 2min", ["status", "--timeout", "10s"]),
    ("more life than a token has", ["token", "--min-valid", "2h"], "", 65, "a new token lives 3600 s only",
     "ask for 3590 s at most", ["token", "--min-valid", "3590"]),
    ("a condition that there is not", ["wait", "--for", "login"], "", 64, "The value 'login' is invalid for '--for",
     "ready, signed-in, anonymous", ["wait", "--for", "ready"]),
    ("a level that there is not", ["log-level", "verbose"], "", 64, "The value 'verbose' is invalid",
     "A level is one of trace, debug, info", ["log-level", "info"]),
    ("what is no JSON", ["sign-in", "--email", ANNA, "--attributes", "{a:1}"], PASSWORD, 64, "This is not JSON",
     "see sessionctl sign-in --help", None),
    ("a generation in words", ["destroy", "--if-generation", "one"], "", 64, "The value 'one' is invalid",
     "see sessionctl destroy --help", None),
    ("the generation of a customer before", ["sign-out", "--if-generation", "0"], "", 1, "the session is of generation",
     "the customer may be another one by now: see sessionctl status", None),
    ("a command without --", ["exec", "true"], "", 64, "What to run is missing", "sessionctl exec -- COMMAND",
     ["exec", "--", "true"]),
    ("a command that there is not", ["exec", "--", "no-such-command"], "", 127, "cannot execute no-such-command",
     "No such file or directory", None),
    ("a label without its name", ["identity", "set"], "", 64, "One of '--email' and '--identifier' is needed",
     "see sessionctl identity set --help", ["identity", "set", "--identifier", "7"]),
    ("metrics into a folder that is not there", ["metrics", "--textfile", "/nowhere/sessiond.prom"], "", 74,
     "cannot write /nowhere/sessiond.prom", "No such file or directory", None),
    ("what cannot be taken back, unasked", ["destroy", "--discard-unreadable"], "", 64,
     "There is no terminal to ask on", "add --yes where that is what you mean", None),
    ("a configuration that is not there", ["config", "check", "--config", "/nowhere/c"], "", 78, "/nowhere/c",
     "No such file or directory", None),
    ("the rights of nobody", ["access", "explain", "--config", "/dev/null", "--user", "tilapp"], "", 67,
     "there is no user tilapp", "see getent passwd", None),
    ("the rights of a name without --user", ["access", "explain", "till-app"], "", 64, "Unexpected argument 'till-app'",
     "see sessionctl access explain --help", ["access", "explain", "--config", "/dev/null", "--user", "till-app"]),
    ("a phone at an authority without one", ["sign-in", "--device"], "", 1,
     "nobody signs in at the local authority itself", "sessionctl sign-in takes the customer's password", None),
    ("a profile at an authority without one", ["profile"], "", 1, "the local authority has no profiles", "local", None),
    ("a new key at an authority without one", ["api-key", "change", "--yes"], "abc", 1,
     "the local authority has no API key", "local", None),
    ("a socket that is not there", ["status", "--socket", "/nowhere/s"], "", 69,
     "sessiond is not running: there is no socket /nowhere/s", "start it: sessiond --socket /nowhere/s", ["status"]),
    ("a file for the socket", ["status", "--socket", "/etc/passwd"], "", 69, "/etc/passwd is not a socket",
     "see whether this is the right path", ["status"]),
    ("no socket at all", ["status", "--socket", ""], "", 64, '"" cannot be a socket\'s path: it is empty',
     "the default is /run/sessiond/sessiond.sock", ["status"]),
]

# What is done while somebody is signed in.
WHILE_SIGNED_IN = [
    ("a second sign-in", ["sign-in", "--email", ANNA], PASSWORD, 1, "somebody is signed in already",
     "sign the customer out first", ["sign-out"]),
    ("another customer before the end of this one", ["regenerate"], "", 1, "the customer is not anonymous",
     "sign the customer out first", ["sign-out"]),
]

# What a user and groups type; the status; what is said; what to do next.
USERS = [
    ("no member of the socket's group", OTHER_USER, [], ["status"], 77,
     "only members of the group sessiond may use sessiond's socket", "let an administrator run: usermod -aG sessiond"),
    ("no administrator", OTHER_USER, [SESSION_GROUP], ["reload"], 77,
     f"user {OTHER_USER} has no right to admin",
     f"an administrator can grant it in [Access]: Allow=admin user:{OTHER_USER}"),
    ("a user of another namespace", OVERFLOW_ID, [SESSION_GROUP], ["status"], 77,
     "user 65534 has no right to identity.read", "run the caller as a user of its own, and without PrivateUsers="),
]

# What an app sends; the name of the error; what is said; what to do next; what is sent then, and answered.
STATUS = '{"jsonrpc":"2.0","id":1,"method":"session.status"}'
WIRE = [
    ("HTTP", "GET / HTTP/1.1", "parseError", "the line is not JSON", "a request is one line", STATUS),
    ("quotes of another language", STATUS.replace('"', "'"), "parseError", "the line is not JSON", "at byte 1", STATUS),
    ("a request over two lines", '{"jsonrpc":"2.0",\n"id":1,"method":"session.status"}', "parseError",
     "unexpected end at byte 17", "a request is one line", STATUS),
    ("a name twice", STATUS.replace("}", ',"id":2}'), "parseError", "duplicate name", "at byte 50", STATUS),
    ("no version", '{"id":1,"method":"session.status"}', "invalidRequest", 'member "jsonrpc" must be "2.0"', '"2.0"',
     STATUS),
    ("no method", '{"jsonrpc":"2.0","id":1}', "invalidRequest", 'member "method" must be a string', "a string", STATUS),
    ("a method without its first word", STATUS.replace("session.", ""), "methodNotFound", "there is no such method",
     "did you mean session.status?", STATUS),
    ("a method that is misspelt", STATUS.replace("status", "statsu"), "methodNotFound", "there is no such method",
     "did you mean session.status?", STATUS),
    ("a method of another protocol", STATUS.replace("session.status", "auth.login"), "methodNotFound",
     "there is no such method", "see sessiond-protocol(7), or rpc.discover", STATUS),
    ("parameters by place", ("session.retrieveToken", [60]), "invalidParams", "parameters go by name",
     '"params" must be an object', ("session.retrieveToken", {"minimumValiditySeconds": 60})),
    ("a parameter that there is not", ("session.retrieveToken", {"minValidity": 60}), "invalidParams",
     'invalid parameter "minValidity"', "session.retrieveToken has minimumValiditySeconds",
     ("session.retrieveToken", {"minimumValiditySeconds": 60})),
    ("a number as text", ("session.retrieveToken", {"minimumValiditySeconds": "60"}), "invalidParams",
     'invalid parameter "minimumValiditySeconds"', "must be a whole number from 0 to",
     ("session.retrieveToken", {"minimumValiditySeconds": 60})),
    ("more life than a token has", ("session.retrieveToken", {"minimumValiditySeconds": 7200}),
     "minimumValidityImpossible", "a new token lives 3600 s only", "ask for 3590 s at most",
     ("session.retrieveToken", {"minimumValiditySeconds": 3590})),
    ("a parameter that is missing", ("session.signIn", {"email": ANNA}), "invalidParams",
     'invalid parameter "password": is missing', "password",
     ("session.signIn", {"email": ANNA, "password": PASSWORD})),
    ("two that exclude each other", ("session.signIn", {"email": ANNA, "customID": "7", "password": PASSWORD}),
     "invalidParams", 'invalid parameter "customID"', "must not stand beside email",
     ("session.signIn", {"email": ANNA, "password": PASSWORD})),
    ("a label without its name", ("session.setIdentity", {}), "invalidParams", "customEmail",
     "one of them must be there", ("session.setIdentity", {"customIdentifier": "7"})),
    ("an identity provider in small letters", ("session.authenticate", {"provider": "google", "providerToken": "t"}),
     "invalidParams", 'invalid parameter "provider"', "must be OAUTH or FACEBOOK or GOOGLE or APPLE", None),
    ("a phone at an authority without one", ("session.beginSignIn", {}), "unsupported",
     "nobody signs in at the local authority itself", "session.signIn takes the customer's password", None),
    ("wrong credentials", ("session.signIn", {"email": ANNA, "password": "wrong"}), "authorityRejected",
     "wrong login or password", "password", ("session.signIn", {"email": ANNA, "password": PASSWORD})),
    ("a line that is too long", ("session.setIdentity", {"customIdentifier": "x" * 70_000}), "lineTooLong",
     "a line has at most 65536 bytes", "65536", ("session.setIdentity", {"customIdentifier": "x"})),
    ("a version of the protocol that there is not", ("daemon.hello", {"protocol": [9]}), "versionUnsupported",
     "this daemon speaks", "version 1", ("daemon.hello", {"protocol": [1]})),
    ("the generation of a customer before", ("session.destroy", {"ifGeneration": 0}), "generationMismatch",
     "the session is of generation", "see session.status", ("session.destroy", {})),
]

# The same at an OpenID provider.
AT_A_PROVIDER = [
    ("a web view's address that is not configured", ("session.beginSignIn", {
        "method": "browser", "redirectURI": "http://localhost/elsewhere"}), "invalidParams",
     'invalid parameter "redirectURI"', "RedirectURI=", ("session.beginSignIn", {"method": "browser"})),
    ("a password at a provider", ("session.signIn", {"email": ANNA, "password": PASSWORD}), "unsupported",
     "session.beginSignIn", "session.beginSignIn", ("session.beginSignIn", {"method": "device"})),
    ("the end of a sign-in that nobody has begun", ("session.completeSignIn", {
        "attempt": "345d4c8f-5aff-591d-a19c-1ca48923d9ee", "callbackURL": "http://localhost/signed-in?code=a&state=b"}),
     "superseded", "that sign-in is over", "session.beginSignIn begins another one",
     ("session.beginSignIn", {"method": "browser"})),
]

# How the daemon is started; the status; what is said; what to do next.
STARTS = [
    ("an option that is misspelt", ["--sokcet", "FOLDER/s"], 64, "Unknown option '--sokcet'",
     "Did you mean '--socket'?"),
    ("a file for the socket", ["--socket", "FOLDER/accounts"], 73, "is there and is not a socket", "or use --socket"),
    ("a group that nobody has", ["--socket", "FOLDER/s", "--socket-group", "tills"], 73, "there is no group tills",
     "--socket-group"),
    ("a configuration that cannot be used", ["--socket", "FOLDER/s", "--config", "FOLDER/bad.conf"], 78,
     "unknown section [Acces]", "did you mean [Access]?"),
    ("a second daemon on one state", ["--socket", "FOLDER/s"], 75, "is using", "process"),
]

# What would make the device weaker, were somebody to follow it.
WEAKENING = re.compile(
    r"chmod \S*([67]{3}|[ao]\+|\+[rwx])|run (this|it) as root|sudo |Seal=no|ProtectHome=no|all any|insecure|privileged"
    r"|disable|switch off|turn off")


def setUpModule():
    name_accounts()


def request(what):
    """The line of a request, given as it is sent, or as method and parameters."""
    if isinstance(what, str):
        return what
    method, params = what
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


class MistakesTestCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="sd-", dir="/tmp")))
        for name, content in [("key", "abc\n"), ("accounts", f"{ANNA}:{hashed(PASSWORD, 1000)}\n")]:
            (self.folder / name).write_text(content)
            (self.folder / name).chmod(0o600)

    def run_program(self, name, *arguments, stdin="", before=()):
        """Status and all that is said."""
        done = subprocess.run(
            [*before, BINARIES / name, *map(str, arguments)], input=stdin, capture_output=True, text=True, cwd="/",
            timeout=PATIENCE_SECONDS, env={**ENVIRONMENT, "LC_ALL": "C.UTF-8"})
        return done.returncode, done.stderr, done.stdout

    def in_place(self, text):
        return text.replace("FOLDER", str(self.folder))

    def check(self, text, *options):
        """What `sessionctl config check` says of a file."""
        path = self.folder / "sessiond.conf"
        path.write_text(self.in_place(text).rstrip("\n") + "\n")
        return self.run_program("sessionctl", "config", "check", "--config", path, *options)

    def assert_said(self, text, said, next_step):
        self.assertIn(said, text)
        self.assertIn(next_step, text)
        self.assertIsNone(WEAKENING.search(text), text)


class Configuration(MistakesTestCase):
    def test_what_is_written(self):
        for done, text, status, said, next_step, then in CONFIGURATION:
            with self.subTest(done):
                found, errors, _ = self.check(text)
                self.assertEqual(found, status, errors)
                self.assert_said(errors, said, next_step)
                self.assertIn(f"{self.folder}/sessiond.conf", errors)
                if status == 0:
                    self.assertEqual(self.check(text, "--strict")[0], 78)
                if then:
                    self.assertEqual(self.check(then, "--strict")[:2], (0, ""))

    def test_files_that_are_named(self):
        without_key = SYNERISE.replace("APIKeyFile=FOLDER/key\n", "")
        kinds = {"AccountsFile": "[Local]\n", "APIKeyFile": without_key, "CAFile": OPENID}
        for done, setting, name, content, mode, owner, status, said, next_step in FILES:
            with self.subTest(done):
                path = self.folder / name
                if content is not None:
                    path.write_text(content, encoding="latin-1")
                    path.chmod(mode)
                    os.chown(path, owner, 0)
                text = f"{kinds[setting]}{setting}={path}\n"
                found, errors, _ = self.check(text)
                self.assertEqual(found, status, errors)
                self.assert_said(errors, said.replace("FILE", str(path)) if "=FILE" in said else said,
                                 next_step.replace("FILE)", f"{path})"))
                if command := re.fullmatch(r"\((ch\w+ .*) FILE\)", next_step):
                    subprocess.run([*command[1].split(), path], check=True)
                    self.assertNotIn(said.replace("FILE", str(path)), self.check(text)[1])

    def test_what_is_not_for_the_caller_to_read_is_a_note_that_says_what(self):
        accounts, path = self.folder / "closed", self.folder / "sessiond.conf"
        self.folder.chmod(0o755)
        accounts.write_text("no account\n")
        accounts.chmod(0o600)
        self.assertEqual(self.check(f"[Local]\nAccountsFile={accounts}\n")[0], 78)
        path.chmod(0o644)
        status, errors, _ = self.run_program(
            "sessionctl", "config", "check", "--config", path, before=running_as(OTHER_USER))
        self.assertEqual(
            (status, errors),
            (0, f"note: {path}:2: what AccountsFile={accounts} holds is not for you to read (run this as root)\n"))
        path.chmod(0o600)
        status, errors, _ = self.run_program(
            "sessionctl", "config", "check", "--config", path, before=running_as(OTHER_USER))
        self.assertEqual(
            (status, errors), (78, f"error: {path}: cannot be read: Permission denied\n"
                                   f"note: {path} is not for you to read (run this as root)\n"))


class Commands(MistakesTestCase):
    def setUp(self):
        super().setUp()
        self.daemon = ConditionedDaemon(accounts={ANNA: hashed(PASSWORD, 1000)})
        self.addCleanup(self.daemon.remove)
        self.daemon.folder.chmod(0o755)
        self.daemon.start()
        os.chown(self.daemon.socket_path, 0, SESSION_GROUP)
        self.daemon.socket_path.chmod(0o660)

    def type(self, arguments, stdin="", before=()):
        socket = [] if "--socket" in arguments else ["--socket", self.daemon.socket_path]
        return self.run_program("sessionctl", *socket, *arguments, stdin=stdin, before=before)

    def go_through(self, table):
        for done, arguments, stdin, status, said, next_step, then in table:
            with self.subTest(done):
                found, errors, output = self.type(arguments, stdin)
                self.assertEqual((found, output), (status, ""), errors)
                self.assert_said(errors, said, next_step)
                if then:
                    self.assertEqual(self.type(then)[:2], (0, ""))

    def test_what_is_typed(self):
        self.go_through(COMMANDS)

    def test_what_is_typed_while_somebody_is_signed_in(self):
        for row in WHILE_SIGNED_IN:
            self.assertEqual(self.type(["sign-in", "--email", ANNA], PASSWORD)[0], 0)
            self.go_through([row])

    def test_who_types_it(self):
        for done, user, groups, arguments, status, said, next_step in USERS:
            with self.subTest(done):
                found, errors, output = self.type(arguments, before=running_as(user, user, groups))
                self.assertEqual((found, output), (status, ""), errors)
                self.assert_said(errors, said, next_step)

    def test_no_line_is_recommended_that_is_refused(self):
        # The group 65534 is nobody's in particular, as the user is.
        status, errors, shown = self.type(["access", "explain", "--config", "/dev/null", "--group", "65534"])
        self.assertEqual((status, errors), (0, ""))
        self.assertIn(
            "no: that group stands for every group that is not known here, and no line can name it",
            re.sub(r"\n +", " ", shown))
        self.assertNotIn("Allow=", shown)

    def test_each_mistake_in_a_configuration_is_a_line_at_a_reload(self):
        before = self.daemon.config_path.read_text()
        self.addCleanup(self.daemon.config_path.write_text, before)
        self.daemon.config_path.write_text(f"{before}[Session]\nIdleTimeoutSec=soon\nEndAction=signout\n")
        status, errors, _ = self.type(["reload"])
        lines = errors.splitlines()
        self.assertEqual((status, len(lines)), (78, 4), errors)
        self.assertEqual(lines[0], "error: the configuration cannot be used")
        for line, setting in zip(lines[1:], ("IdleTimeoutSec", "EndAction")):
            self.assertTrue(line.startswith(f"  {self.daemon.config_path}:"), line)
            self.assertIn(f": {setting}=: ", line)
        self.assertEqual(lines[3], "hint: correct it, see sessionctl config check, then: sessionctl reload")
        problem = self.daemon.call("daemon.info")["configuration"]["problem"]
        self.assertRegex(problem, r":\d+: IdleTimeoutSec=: [^\n]*, and 1 more$")
        # Elsewhere one, how many more, and what lists them.
        for verb in ("health", "info", "doctor"):
            shown = re.sub(r"\n +", " ", self.type([verb])[2])
            self.assertRegex(shown, r"IdleTimeoutSec=: .*, and 1 more\b.*sessionctl config check")
            self.assertNotIn("EndAction", shown)
        # And in the journal, each for itself.
        for setting in ("IdleTimeoutSec", "EndAction"):
            self.daemon.output.wait_for(rf"the configuration cannot be used: \S+: {setting}=: .*\n")

    def test_what_a_reload_passes_over_is_named(self):
        accounts = f"[Local]\nAccountsFile={self.folder}/nowhere\n"
        for text, warning in [
            ("[Session]\nIdelTimeoutSec=5min\n", "did you mean IdleTimeoutSec=?"),
            ("[Access]\nAllow=token.read group:tills\n", "there is no such name as the group tills"),
            (accounts, f"AccountsFile={self.folder}/nowhere cannot be read: No such file or directory"),
        ]:
            with self.subTest(warning):
                self.daemon.config_path.write_text(text)
                for options in (["--dry-run"], []):
                    status, errors, _ = self.type(["reload", *options])
                    self.assertEqual(status, 0)
                    self.assertTrue(errors.startswith("warning: "), errors)
                    self.assert_said(errors, warning, warning)
                answer = self.daemon.call("daemon.reload")
                self.assertEqual(len(answer["warnings"]), 1, answer)
                status, errors, output = self.type(["reload", "--json"])
                self.assertEqual((status, errors, json.loads(output)["warnings"]), (0, "", answer["warnings"]))
        self.daemon.config_path.write_text("")
        self.assertNotIn("warnings", self.daemon.call("daemon.reload"))

    def test_a_file_that_the_daemon_may_not_read(self):
        daemon = ConditionedDaemon(accounts={ANNA: hashed(PASSWORD, 1000)})
        self.addCleanup(daemon.remove)
        daemon.as_user(DAEMON_USER).start()
        os.chown(daemon.accounts_path, 0, 0)
        status, errors, _ = self.type(["sign-in", "--email", ANNA, "--socket", daemon.socket_path], PASSWORD)
        self.assertEqual(status, 75)
        self.assert_said(errors, f"the accounts file {daemon.accounts_path} cannot be read: Permission denied",
                         "sessionctl doctor, as root, says what to do")

    def test_how_the_daemon_is_started(self):
        (self.folder / "bad.conf").write_text("[Acces]\n")
        for done, arguments, status, said, next_step in STARTS:
            with self.subTest(done):
                arguments = [self.in_place(each) for each in arguments]
                state = self.daemon.state_path if status == 75 else self.folder
                config = [] if "--config" in arguments else ["--config", "/dev/null"]
                found, errors, _ = self.run_program("sessiond", "--state-directory", state, *config, *arguments)
                self.assertEqual(found, status, errors)
                # What it logs before is not about this.
                self.assert_said(errors.splitlines()[-1] if status in (73, 75, 78) else errors, said, next_step)


class Wire(MistakesTestCase):
    def go_through(self, daemon, table):
        for done, what, name, said, next_step, then in table:
            with self.subTest(done), Client(daemon.socket_path) as client:
                client.send_raw(request(what).encode() + b"\n")
                error = client.read_response()["error"]
                self.assertEqual(error["data"]["name"], name, error)
                self.assert_said(f"{error['message']} {error['data'].get('hint', '')}", said, next_step)
                if then:
                    self.assertNotIn("error", self.ask(daemon, then))
                    daemon.call("session.destroy")

    def ask(self, daemon, what):
        with Client(daemon.socket_path) as client:
            client.send_raw(request(what).encode() + b"\n")
            return client.read_response()

    def start(self):
        daemon = ConditionedDaemon(accounts={ANNA: hashed(PASSWORD, 1000)})
        self.addCleanup(daemon.remove)
        return daemon

    def test_what_an_app_sends(self):
        self.go_through(self.start().start(), WIRE)

    def test_what_an_app_sends_at_a_provider(self):
        provider = OpenIDEmulator()
        self.addCleanup(provider.remove)
        provider.start()
        daemon = self.start()
        daemon.configure({
            "Authority": {"Kind": "openid"}, "OpenID": {**provider.settings(), "RedirectURI": provider.REDIRECT_URI}})
        self.go_through(daemon.start(), AT_A_PROVIDER)


class Table(unittest.TestCase):
    def test_there_are_fifty_and_more_and_each_stands_once(self):
        tables = [CONFIGURATION, FILES, COMMANDS, WHILE_SIGNED_IN, USERS, WIRE, AT_A_PROVIDER, STARTS]
        self.assertGreaterEqual(sum(map(len, tables)), 50)
        for table in tables:
            self.assertEqual(len({row[0] for row in table}), len(table))


if __name__ == "__main__":
    unittest.main()
