// SPDX-License-Identifier: Apache-2.0
//
// Runs beside the page in a world that it cannot reach. It hands a port over to page.js, passes on what goes between that
// and the extension, and sees to it that a page that follows the session goes on, whatever ends meanwhile.
"use strict";
(() => {
    // Firefox's patterns know no ports: the origin that this was registered for stands behind the script's name.
    const isFirefox = chrome.runtime.getURL("").startsWith("moz-extension:");
    const registered = /content\.js#([^\s:]+)/.exec(new Error().stack ?? "")?.[1];
    if (isFirefox && decodeURIComponent(registered ?? "") !== self.origin) return;
    // A page that is sandboxed has the origin "null".
    if (window !== window.top || self.origin !== location.origin || !isSecureContext) return;

    const SHORTEST_PAUSE = 1_000;
    const LONGEST_PAUSE = 30_000;
    // A connection that stood for so long is no sign of an extension or a host that ends again and again.
    const STEADY = 10_000;
    const LONGEST_QUEUE = 64;

    let page = null;
    let link = null;
    let linkedAt = 0;
    let isFollowing = false;
    let since = null;
    let pause = SHORTEST_PAUSE;
    let resumeAt = 0;
    let timer = 0;
    let early = document.prerendering ? [] : null;

    const now = () => performance.now();
    const interrupted = retryable => ({
        name: "interrupted", retryable,
        message: retryable ? "the session cannot be reached; it is tried again"
            : "the extension has gone; load the page again",
        ...(retryable && { retryAfterSeconds: Math.max(1, Math.ceil((resumeAt - now()) / 1000)) }),
    });

    // Once the extension has been removed or loaded again, a script of the old one is an orphan.
    const isOrphan = () => { try { return !chrome.runtime?.id; } catch { return true; } };

    function connect() {
        clearTimeout(timer);
        if (link || isOrphan()) return;
        try { link = chrome.runtime.connect(); } catch { return; }
        linkedAt = now();
        link.onMessage.addListener(receive);
        link.onDisconnect.addListener(lose);
        if (isFollowing) link.postMessage({ follow: since });
    }

    function receive(message) {
        // What was missed follows where it was resumed.
        if (message.watch && !message.watch.resumed) since = message.watch.sequence;
        if (message.event) {
            since = message.event.sequence;
            link?.postMessage({ seen: 1 });
        }
        page.postMessage(message);
    }

    function lose() {
        link = null;
        if (now() - linkedAt >= STEADY) pause = SHORTEST_PAUSE;
        // Not all pages of a device at the same instant.
        const length = pause * (0.5 + Math.random() / 2);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        resumeAt = now() + length;
        page.postMessage({ interrupted: interrupted(!isOrphan()) });
        if (isFollowing) timer = setTimeout(connect, length);
    }

    function take(message) {
        if (message.look) return page.postMessage({ here: 1 });
        if (early) {
            if (early.length < LONGEST_QUEUE) early.push(message);
            return;
        }
        if (message.follow !== undefined) [isFollowing, since] = [true, null];
        if (message.unfollow) isFollowing = false;
        const wasLinked = link !== null;
        if (!link && !message.unfollow && now() >= resumeAt) connect();
        if (link && (wasLinked || message.follow === undefined)) link.postMessage(message);
        else if (!link) refuse(message);
    }

    function refuse(message) {
        const error = interrupted(!isOrphan());
        if (message.call !== undefined) page.postMessage({ call: message.call, error });
        if (message.follow === undefined) return;
        page.postMessage({ interrupted: error });
        clearTimeout(timer);
        timer = setTimeout(connect, Math.max(0, resumeAt - now()));
    }

    function give() {
        const { port1, port2 } = new MessageChannel();
        if (dispatchEvent(new MessageEvent("sessiond-port", { ports: [port2], cancelable: true }))) return false;
        page = port1;
        page.onmessage = event => take(event.data);
        return true;
    }

    // Of a page that is left, nothing stays; one that comes back out of the browser's cache goes on where it was.
    addEventListener("pagehide", () => {
        clearTimeout(timer);
        if (!link) return;
        link.disconnect();
        link = null;
        page.postMessage({ interrupted: interrupted(true) });
    });
    addEventListener("pageshow", event => { if (event.persisted && isFollowing) connect(); });
    document.addEventListener("prerenderingchange", () => {
        const waiting = early ?? [];
        early = null;
        for (const message of waiting) take(message);
    }, { once: true });

    if (!give()) addEventListener("sessiond-ready", give, { once: true });
})();
