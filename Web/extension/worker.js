// SPDX-License-Identifier: Apache-2.0
//
// The extension itself: has the scripts run on the pages that the daemon lists and nowhere else, starts a host for each
// page that asks for something, and builds every request out of what methods.js allows. sessiond-web(7).
import { METHODS } from "./methods.js";

const HOST = "sessiond_web";
const CLIENT = `sessiond-web/${chrome.runtime.getManifest().version}`;
const PROTOCOL = [1];
// Events on their way to a page; one that takes none is told the session as it is then.
const UNSEEN_EVENTS = 64;
const PENDING_CALLS = 64;
const ATTEMPTS = 16;
// As the daemon has it, without the line feed.
const REQUEST_BYTES = 65_535;
const FIRST_PAUSE = 1_000;
// The worker has to live until then: a browser ends one that does nothing for 30 s.
const LONGEST_PAUSE = 20_000;

const failure = (name, message, facts = {}) => ({ name, message, retryable: false, data: {}, ...facts });
const invalid = (member, reason) => failure(
    "invalidParams", `invalid parameter "${member}": ${reason}`, { data: { member, reason } });
const gone = () => failure("interrupted", "the session cannot be reached; it is tried again", { retryable: true });

/** An error of the wire as pages have it. */
function shown({ message, data: { name, retryable, retryAfterSeconds, hint, ...data } }) {
    return { name, message, retryable, retryAfterSeconds, hint, data };
}

function kindOf(value) {
    if (value === null) return "null";
    if (typeof value === "number") return Number.isSafeInteger(value) ? "integer" : "number";
    return Array.isArray(value) ? "array" : typeof value;
}

/** The parameters of a request, out of the members that the method has; throws what the page is told. */
function parameters(spec, given, origin) {
    const made = {};
    for (const [member, value] of Object.entries(given ?? {})) {
        if (value === undefined) continue;
        if (!Object.hasOwn(spec.members, member) || spec.filledIn?.includes(member))
            throw invalid(member, "is not a parameter of this call");
        const kinds = spec.members[member];
        if (!kinds.includes(kindOf(value))) throw invalid(member, `must be of the type ${kinds.join(" or ")}`);
        made[member] = value;
    }
    // A sign-in comes back to the page that has begun it.
    for (const member of ["redirectURI", "callbackURL"])
        if (Object.hasOwn(made, member) && !(URL.canParse(made[member]) && new URL(made[member]).origin === origin))
            throw invalid(member, "must be an address of the page's own origin");
    return made;
}

/** A page that shares the session: its port, its host, and what is under way between them. */
class Page {
    #port;
    #host = null;
    #calls = new Map();
    #lastID = 0;
    #isFollowing = false;
    #since = null;
    // The id of the request that the page is followed by; null: it is not followed now.
    #watch = null;
    #watchTimer = 0;
    #watchPause = FIRST_PAUSE;
    #unseen = 0;
    #hasMissed = false;

    constructor(port) {
        this.origin = port.sender.origin;
        this.#port = port;
        pages.add(this);
        // It may be here before it is known which origins were registered.
        known.then(() => { if (!mayShare(port.sender)) this.end(failure("permissionDenied", "this page is not listed")); });
        port.onMessage.addListener(message => known.then(() => { if (this.#port) this.#take(message); }));
        port.onDisconnect.addListener(() => this.close());
    }

    /** Ends it; its script begins anew after a pause. */
    end(error) {
        this.#tell({ interrupted: error });
        this.#port?.disconnect();
        this.close();
    }

    close() {
        pages.delete(this);
        clearTimeout(this.#watchTimer);
        this.#host?.disconnect();
        [this.#host, this.#port] = [null, null];
    }

    #tell(message) { this.#port?.postMessage(message); }

    #take(message) {
        if (message.seen) return this.#see();
        if (message.unfollow) return this.#unfollow();
        if (!this.#host) this.#start();
        if (message.follow !== undefined) {
            [this.#isFollowing, this.#since] = [true, message.follow];
            this.#follow();
        } else if (message.call !== undefined) {
            this.#call(message);
        }
    }

    #start() {
        this.#host = chrome.runtime.connectNative(HOST);
        this.#host.onMessage.addListener(message => this.#hear(message));
        this.#host.onDisconnect.addListener(port => {
            console.warn("sessiond-web-host has ended", (chrome.runtime.lastError ?? port.error)?.message ?? "");
            this.#host = null;
            this.end(gone());
        });
        this.#host.postMessage({ protocol: PROTOCOL, client: CLIENT, origin: this.origin });
    }

    #call({ call, name, params }) {
        try {
            const spec = METHODS[name];
            if (!spec) throw failure("methodNotFound", "there is no such call");
            if (this.#calls.size >= PENDING_CALLS) throw failure(
                "limitExceeded", "too many calls of this page wait for their answers", { retryable: true });
            const made = parameters(spec, params, this.origin);
            if (name === "completeSignIn") this.#complete(call, spec, made);
            else this.#request(spec.method, made, { call, name });
        } catch (error) {
            this.#tell({ call, error: error.name && error.data ? error : invalid("options", "must be plain values") });
        }
    }

    // The address says by its `state` which sign-in it is of. Where this has not begun it since it was started, it can only
    // be the one that is pending, and the daemon compares.
    #complete(call, spec, made) {
        const complete = attempt => {
            if (attempt) this.#request(spec.method, { attempt, ...made }, { call });
            else this.#tell({ call, error: failure("superseded", "no sign-in is pending") });
        };
        const known = attempts.get(stateOf(made.callbackURL));
        if (known) complete(known);
        else this.#request("session.status", {}, { then: status => complete(status.pendingSignIn?.attempt), call });
    }

    /** Sends a request; throws where it is too long. */
    #request(method, params, waiting) {
        const id = ++this.#lastID;
        const request = { jsonrpc: "2.0", id, method, params };
        const bytes = new TextEncoder().encode(JSON.stringify(request)).length;
        if (bytes > REQUEST_BYTES)
            throw failure("lineTooLong", `a request has at most ${REQUEST_BYTES} bytes, and this one has ${bytes}`);
        this.#calls.set(id, waiting);
        this.#host.postMessage(request);
        return id;
    }

    #hear(message) {
        if (message.method === "session.event") this.#pass(message.params);
        else if (message.method === "host.connected") this.#follow();
        else if (message.method === "host.interrupted") this.#interrupt(shown(message.params.error));
        else if (message.id === null && message.error) this.#interrupt(shown(message.error));
        else this.#answer(message);
    }

    #answer({ id, result, error }) {
        const waiting = this.#calls.get(id);
        this.#calls.delete(id);
        if (id === this.#watch && error) this.#watchLater(shown(error));
        else if (id === this.#watch) this.#begin(result);
        else if (waiting && error) this.#tell({ call: waiting.call, error: shown(error) });
        else if (waiting?.then) waiting.then(result);
        else if (waiting) this.#tell({ call: waiting.call, result: this.#result(waiting.name, result) });
    }

    #result(name, result) {
        if (name === "beginSignIn" && result.authorizationURL) {
            if (attempts.size >= ATTEMPTS) attempts.delete(attempts.keys().next().value);
            attempts.set(stateOf(result.authorizationURL), result.attempt);
        }
        if (name === "pendingSignIn") return result.attempt ? result : null;
        if (name === "cancelSignIn") return result.cancelled;
        return name === "touch" ? undefined : result;
    }

    #interrupt(error) {
        this.#calls.clear();
        this.#watch = null;
        this.#tell({ interrupted: error });
    }

    #follow() {
        clearTimeout(this.#watchTimer);
        if (!this.#isFollowing || !this.#host || this.#watch !== null) return;
        const since = this.#since === null ? {} : { since: this.#since };
        this.#watch = this.#request("session.watch", since, {});
    }

    #begin(watch) {
        this.#watchPause = FIRST_PAUSE;
        this.#tell({ watch });
    }

    // Who was refused is rarely let in a moment later.
    #watchLater(error) {
        this.#watch = null;
        this.#tell({ interrupted: error });
        this.#watchTimer = setTimeout(() => this.#follow(), this.#watchPause);
        this.#watchPause = Math.min(this.#watchPause * 2, LONGEST_PAUSE);
    }

    // The daemon knows no end of a watch but that of its connection: what it tells is passed over.
    #unfollow() {
        clearTimeout(this.#watchTimer);
        [this.#isFollowing, this.#watch, this.#unseen, this.#hasMissed] = [false, null, 0, false];
    }

    #pass(event) {
        if (this.#watch === null) return;
        if (event.kind === "overflow" || event.kind === "revoked") {
            // The daemon closes the connection, and the host makes another one.
            this.#watch = null;
            if (event.kind === "revoked")
                this.#tell({ interrupted: failure("revoked", "the right to see the session was taken away") });
        } else if (this.#unseen >= UNSEEN_EVENTS) {
            this.#hasMissed = true;
        } else {
            this.#unseen++;
            this.#since = event.sequence;
            this.#tell({ event });
        }
    }

    #see() {
        this.#unseen = Math.max(0, this.#unseen - 1);
        if (this.#unseen > 0 || !this.#hasMissed) return;
        // Without `since`: how the session stands now, in place of all that was missed.
        [this.#hasMissed, this.#since, this.#watch] = [false, null, null];
        this.#follow();
    }
}

const stateOf = address => URL.canParse(address) ? new URL(address).searchParams.get("state") : null;

const pages = new Set();
// Sign-ins that pages have begun, by their `state`: a page that the provider sends its browser back to has forgotten it.
const attempts = new Map();
// The origins that have a line: as they were registered until the daemon has said them.
let origins = new Set();

/** Follows the list of origins, by a host of its own. */
class Control {
    #pause = FIRST_PAUSE;

    start() {
        const host = chrome.runtime.connectNative(HOST);
        host.onMessage.addListener(({ method, params }) => {
            this.#pause = FIRST_PAUSE;
            if (method === "host.origins") apply(params.origins);
            // A daemon that knows no pages lists none.
            else if (params?.error?.data.name === "unsupported") apply([]);
        });
        host.onDisconnect.addListener(port => {
            console.warn("sessiond-web-host has ended", (chrome.runtime.lastError ?? port.error)?.message ?? "");
            setTimeout(() => this.start(), this.#pause * (0.5 + Math.random() / 2));
            this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
        });
        host.postMessage({ protocol: PROTOCOL, client: CLIENT });
    }
}

const isFirefox = chrome.runtime.getURL("").startsWith("moz-extension:");

/** Whether a browser would write an origin so, and it is one that can be shared with. */
function isOrigin(text) {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    return url.origin === text && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback));
}

/** The scripts of an origin, as they are registered. */
function scripts(origin) {
    const { protocol, hostname, port } = new URL(origin);
    // Firefox's patterns know no ports: the script compares the origin, which stands behind its name.
    const number = isFirefox ? "" : `:${port || (protocol === "https:" ? 443 : 80)}`;
    const common = {
        matches: [`${protocol}//${hostname}${number}/*`], runAt: "document_start", allFrames: false,
        matchOriginAsFallback: false, persistAcrossSessions: true,
    };
    const content = isFirefox ? `content.js#${encodeURIComponent(origin)}` : "content.js";
    return [
        { id: `page ${origin}`, js: ["page.js"], world: "MAIN", ...common },
        { id: `content ${origin}`, js: [content], world: "ISOLATED", ...common },
    ];
}

let applying = Promise.resolve();

/** Has the scripts run on the pages of these origins, and of no other. */
function apply(listed) {
    origins = new Set(listed.filter(isOrigin));
    for (const page of pages)
        if (!origins.has(page.origin)) page.end(failure("revoked", "this origin is not listed any more"));
    applying = applying.then(async () => {
        const wanted = [...origins].flatMap(scripts);
        const there = await chrome.scripting.getRegisteredContentScripts();
        const stale = there.map(({ id }) => id).filter(id => !wanted.some(script => script.id === id));
        if (stale.length) await chrome.scripting.unregisterContentScripts({ ids: stale });
        for (const script of wanted)
            if (!there.some(({ id }) => id === script.id)) await chrome.scripting.registerContentScripts([script]);
    }).catch(error => console.error("the scripts cannot be registered", error));
}

/** Whether it is the document of a listed page that the browser names, never the page itself. */
function mayShare({ id, origin, frameId, documentLifecycle }) {
    return id === chrome.runtime.id && frameId === 0 && (documentLifecycle ?? "active") === "active"
        && origins.has(origin);
}

const known = chrome.scripting.getRegisteredContentScripts().then(there => {
    for (const { id } of there) if (id.startsWith("page ")) origins.add(id.slice("page ".length));
});
chrome.runtime.onConnect.addListener(port => void new Page(port));
// A browser that runs for weeks has its pages: another version of this comes with its next start.
chrome.runtime.onUpdateAvailable.addListener(() => {});
new Control().start();
