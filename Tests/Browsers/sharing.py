# SPDX-License-Identifier: Apache-2.0
"""What a page has of the session, and what goes on when something ends, in whichever browser."""

import os
import pathlib
import signal

from pages import ANNA, PASSWORD, PageTestCase

# How many pages a browser has open.
PAGES = int(os.environ.get("PAGES", "20"))
# A page of another origin, or that is none of its own, has this.
NOTHING = {"type": "undefined", "frozen": False}
SIGN_IN = f"sessiond.signIn({{ email: '{ANNA}' }}, '{PASSWORD}')"
SIGNED_IN = 'seen.some(change => change.event?.kind === "signedIn" && change.isOtherCustomer)'
TOKEN_RIGHTS = f"{PageTestCase.RIGHTS},token.read"


def processor_seconds(process):
    """What a process has used."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class SharingTests(PageTestCase):
    def setUp(self):
        # However the test before has left it.
        self.daemon.call("session.destroy")

    def reload(self, rights=None, **sections):
        """Configures the daemon in another way, at once; as it was when the test is over."""
        self.configure(rights, **sections)
        self.daemon.call("daemon.reload")
        self.addCleanup(self.daemon.call, "daemon.reload")
        self.addCleanup(self.configure)

    def sign_in(self):
        self.daemon.call("session.signIn", email=ANNA, password=PASSWORD)

    # ---- The object

    def test_it_is_there_before_the_first_script_and_cannot_be_changed(self):
        page = self.open()
        self.assertEqual(self.value(page, "first"), {"type": "object", "frozen": True})
        self.assertEqual(
            self.value(page, """(() => {
                "use strict";
                const changed = [
                    () => { window.sessiond = {}; }, () => { delete window.sessiond; },
                    () => { sessiond.status = 1; }, () => { sessiond.status.apply = 1; },
                    () => { Object.defineProperty(window, "sessiond", { value: 1 }); },
                ].filter(change => { try { change(); return true; } catch { return false; } });
                return [changed.length, typeof sessiond.status];
            })()"""), [0, "function"])

    def test_what_a_page_breaks_of_its_own_world_breaks_no_call(self):
        page = self.open()
        broken = self.value(page, """(() => {
            for (const type of [Array, Map, Set, MessagePort, EventTarget, Event, AbortSignal, MessageEvent])
                for (const name of Object.getOwnPropertyNames(type.prototype))
                    if (Object.getOwnPropertyDescriptor(type.prototype, name).configurable && name !== "constructor")
                        Object.defineProperty(type.prototype, name, { get() { throw new Error("broken"); } });
            Promise.resolve = Promise.reject = window.setTimeout = null;
            Object.freeze = Object.defineProperty = Object.hasOwn = Reflect.apply = null;
            return "done";
        })()""")
        self.assertEqual(broken, "done")
        # Only the page's own words for it are not there any more.
        self.assertEqual(self.value(page, "sessiond.status().then(status => status.signedIn)"), False)
        self.assertEqual(
            self.value(page, "sessiond.changes().next().then(step => step.value.cause)"), "snapshot")

    def test_a_call_says_what_is_wrong_with_it(self):
        page = self.open()
        for call, member in (
                ("sessiond.retrieveToken({ force: true })", "force"),
                ("sessiond.retrieveToken({ minimumValiditySeconds: '60' })", "minimumValiditySeconds"),
                ("sessiond.signOut({ mode: 'signOut', fromAllDevices: true })", "fromAllDevices"),
                ("sessiond.completeSignIn(location.origin + '/', { attempt: 'a' })", "attempt"),
                ("sessiond.completeSignIn('https://example.com/?state=1')", "callbackURL"),
                ("sessiond.beginSignIn({ redirectURI: 'https://example.com/' })", "redirectURI"),
                ("sessiond.status({ then: 1 })", "then"), ("sessiond.setIdentity({ name: 'a' })", "name"),
                ("sessiond.touch({ f() {} })", "options")):
            with self.subTest(call):
                caught = self.value(page, f"{call}.catch(error => [error.name, error.data.member])")
                self.assertEqual(caught, ["invalidParams", member])
        self.assertEqual(self.value(page, "sessiond.setIdentity({}).catch(error => error.name)"), "invalidParams")
        self.assertEqual(
            self.value(page, "sessiond.regenerateUUID({ clientIdentifier: 'x'.repeat(70_000) })"
                             ".catch(error => error.name)"), "lineTooLong")

    def test_a_signal_ends_a_call_and_a_loop(self):
        page = self.open()
        self.assertEqual(
            self.value(page, "sessiond.status({ signal: AbortSignal.abort() }).catch(error => error.name)"),
            "AbortError")
        self.assertEqual(self.value(page, """(async () => {
            const controller = new AbortController();
            const causes = [];
            for await (const change of sessiond.changes({ signal: controller.signal })) {
                causes.push(change.cause);
                controller.abort();
            }
            return causes;
        })()"""), ["snapshot"])

    # ---- The session

    def test_pages_see_sign_in_and_sign_out(self):
        page, other = self.open(), self.open()
        for each in (page, other):
            self.follow(each)
        self.assertEqual(self.value(page, SIGN_IN)["login"], ANNA)
        self.wait(other, SIGNED_IN)
        self.assertIs(self.value(other, "sessiond.signOut()")["changed"], True)
        for each in (page, other):
            self.wait(each, 'seen.at(-1).event?.kind === "signedOut" || seen.at(-2).event?.kind === "signedOut"')
            causes = self.value(each, "seen.map(change => change.cause)")
            self.assertEqual(set(causes[1:]), {"event"})

    def test_a_loop_that_begins_later_begins_with_the_session_as_it_is(self):
        page = self.open()
        self.follow(page)
        self.sign_in()
        self.wait(page, SIGNED_IN)
        self.follow(page, "later")
        first = self.value(page, "later[0]")
        self.assertEqual((first["cause"], first["status"]["login"], first["previous"]), ("snapshot", ANNA, None))

    def test_a_token_is_for_those_who_have_the_right(self):
        page = self.open()
        error = self.value(page, "sessiond.retrieveToken().catch(error => ({ ...error }))")
        self.assertEqual(error["name"], "permissionDenied")
        self.assertIn(f"AllowOrigin=token.read {self.server.origin}", error["hint"])
        self.reload(TOKEN_RIGHTS)
        self.assertEqual(len(self.value(page, "sessiond.retrieveToken()")["token"].split(".")), 3)

    def test_what_is_not_for_pages_is_not_there(self):
        page = self.open()
        self.assertEqual(
            self.value(page, "['deleteAccount', 'authenticateWithToken', 'reload', 'info'].filter(n => n in sessiond)"),
            [])

    # ---- Others

    def test_nobody_else_has_anything(self):
        for what, url in (
                ("another origin", self.other.url()), ("another name", self.server.url(host="localhost")),
                ("no loopback", self.server.url(host="till.example.com")),
                ("a redirect", self.server.url(f"/redirect?to={self.other.url()}")),
                ("a sandbox", self.server.url("/sandboxed"))):
            with self.subTest(what):
                self.assertEqual(self.value(self.open(url), "first"), NOTHING)

    def test_a_frame_has_nothing(self):
        for path in (f"/frame?of={self.server.url()}", "/srcdoc"):
            with self.subTest(path):
                page = self.open(self.server.url(path))
                self.assertEqual(self.value(page, "typeof sessiond"), "object")
                self.wait(page, "frames[0].document.readyState === 'complete'")
                self.assertEqual(self.value(page, "typeof frames[0].sessiond"), "undefined")
        page = self.open(self.other.url(f"/frame?of={self.server.url()}"))
        self.assertEqual(self.value(page, "typeof sessiond"), "undefined")

    def test_a_redirect_to_a_page_that_is_listed_has_it(self):
        page = self.open(self.other.url(f"/redirect?to={self.server.url()}"))
        self.assertEqual(self.value(page, "sessiond.status().then(status => status.signedIn)"), False)

    def test_no_process_starts_before_a_page_asks(self):
        self.open(self.other.url())
        page = self.open()
        # The one that follows the list.
        self.browser.hosts_of(1)
        self.value(page, "sessiond.status()")
        self.browser.hosts_of(2)
        self.browser.go(page, self.other.url())
        self.browser.hosts_of(1)

    # ---- Ends, and going on

    def test_a_restart_of_the_daemon_is_no_end(self):
        page = self.open()
        self.follow(page)
        self.daemon.stop()
        self.wait(page, 'seen.at(-1).cause === "interrupted"')
        self.assertEqual(self.value(page, "sessiond.status().catch(error => error.name)"), "interrupted")
        process = self.browser.hosts()[-1]
        before = processor_seconds(process)
        self.value(page, "new Promise(resolve => setTimeout(resolve, 3_000))")
        self.assertLess(processor_seconds(process) - before, 0.1)
        self.daemon.start()
        self.open_socket()
        self.wait(page, '["resumed", "gap"].includes(seen.at(-1).cause)')
        self.sign_in()
        self.wait(page, SIGNED_IN)
        self.assertEqual(self.value(page, "seen.filter(change => change.cause === 'interrupted').length"), 1)

    def test_a_right_that_is_taken_away_ends_it_and_comes_back(self):
        page = self.open()
        self.follow(page)
        self.reload("session.touch")
        self.wait(page, 'seen.at(-1).error?.name === "permissionDenied"')
        self.assertIn("revoked", self.value(page, "seen.map(change => change.error?.name ?? '')"))
        self.configure()
        self.daemon.call("daemon.reload")
        self.wait(page, '["resumed", "gap"].includes(seen.at(-1).cause)')

    def test_an_origin_that_loses_its_line_has_nothing_more(self):
        page = self.open()
        self.follow(page)
        self.reload("")
        self.wait(page, 'seen.some(change => change.error?.name === "revoked")')
        new = self.open()
        while self.value(new, '"sessiond" in window'):
            self.browser.go(new, self.server.url())
        self.assertIn(
            self.value(page, "sessiond.status().catch(error => error.name)"), ("permissionDenied", "interrupted"))
        self.configure()
        self.daemon.call("daemon.reload")
        self.until_listed(self.browser)

    def test_a_host_that_is_killed_is_started_again(self):
        page = self.open()
        self.follow(page)
        for number in (1, 2):
            # Of the two, the page's.
            os.kill(self.browser.hosts_of(2)[-1], signal.SIGKILL)
            self.wait(page, f'seen.filter(change => change.cause === "resumed").length === {number}')
        self.assertEqual(self.value(page, 'seen.filter(change => change.cause === "interrupted").length'), 2)
        self.sign_in()
        self.wait(page, SIGNED_IN)

    def test_a_page_that_comes_back_goes_on(self):
        page = self.open()
        self.follow(page)
        self.browser.go(page, self.other.url())
        self.browser.hosts_of(1)
        self.sign_in()
        self.browser.back(page)
        # Where the browser has kept it, it goes on; else it is loaded again.
        if self.value(page, '"seen" in window'):
            self.wait(page, SIGNED_IN)
        self.assertEqual(self.value(page, "sessiond.status()")["login"], ANNA)

    def test_a_page_that_never_reads_is_told_all_as_one(self):
        page = self.open()
        self.value(page, """void (async () => {
            window.loop = sessiond.changes();
            window.first = await loop.next();
        })()""")
        self.wait(page, "first.value.cause === 'snapshot'")
        for number in range(200):
            self.daemon.call("session.setIdentity", customIdentifier=str(number))
        self.follow(page)
        self.wait(page, "seen.at(-1).status.customIdentifier === '199'")
        last = self.value(page, """(async () => {
            const causes = [];
            for (;;) {
                const { value } = await loop.next();
                causes.push(value.cause);
                if (value.status.customIdentifier === "199") return causes;
            }
        })()""")
        self.assertLessEqual(len(last), 65)
        self.assertIn("gap", last)

    def test_a_page_that_is_busy_keeps_nobody_waiting(self):
        page, other = self.open(), self.open()
        self.follow(page)
        self.follow(other)
        self.value(page, "void setTimeout(() => { const end = Date.now() + 4_000; while (Date.now() < end); }, 0)")
        for number in range(200):
            self.daemon.call("session.setIdentity", customIdentifier=str(number))
        self.wait(other, "seen.at(-1).status.customIdentifier === '199'")
        self.wait(page, "seen.at(-1).status.customIdentifier === '199'")

    def test_many_pages(self):
        self.reload(limits={"ConnectionsPerOrigin": 2 * PAGES})
        pages = [self.open() for _ in range(PAGES)]
        for page in pages:
            self.follow(page)
        self.assertEqual(len(self.browser.hosts()), PAGES + 1)
        self.sign_in()
        for page in pages:
            self.wait(page, SIGNED_IN)

    def test_more_pages_than_an_origin_may_have(self):
        self.reload(limits={"ConnectionsPerOrigin": 2})
        for _ in range(2):
            self.follow(self.open())
        page = self.open()
        self.follow(page, until='seen.length > 0')
        self.assertEqual(self.value(page, "seen[0].error.name"), "limitExceeded")

    def test_an_extension_that_is_loaded_again(self):
        page = self.open()
        self.follow(page)
        self.browser.unload()
        self.browser.hosts_of(0)
        error = self.value(page, "sessiond.status().catch(error => [error.name, error.retryable])")
        self.assertEqual(error, ["interrupted", False])
        self.browser.load()
        self.until_listed(self.browser)
        self.browser.go(page, self.server.url())
        self.assertEqual(self.value(page, "sessiond.status().then(status => status.signedIn)"), False)
