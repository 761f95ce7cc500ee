// SPDX-License-Identifier: Apache-2.0
//
// Runs in the page's own world before its first script, and makes `window.sessiond`, sessiond-web(7); its types are in
// sessiond.d.ts. What it uses of the browser it has taken before a script of the page could change it.
"use strict";
(() => {
    const VERSION = "0.1.0";
    // A follower that does not read is told all that it missed as one change.
    const QUEUE = 64;
    // How often it is looked whether the extension is still there. A browser that unloads it need not say so.
    const LOOK_MILLISECONDS = 5_000;
    const GONE = { name: "interrupted", message: "the extension has gone; load the page again", retryable: false };

    const { apply } = Reflect;
    const { asyncIterator } = Symbol;
    const { defineProperty, freeze, getOwnPropertyDescriptor, hasOwn } = Object;
    const [NativePromise, NativeError, wait] = [Promise, Error, setTimeout];
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const { postMessage, start } = MessagePort.prototype;
    const { preventDefault, stopImmediatePropagation } = Event.prototype;
    const getter = (type, name) => {
        const { get } = getOwnPropertyDescriptor(type.prototype, name);
        return object => apply(get, object, []);
    };
    const portsOf = getter(MessageEvent, "ports");
    const dataOf = getter(MessageEvent, "data");
    const isAborted = getter(AbortSignal, "aborted");
    const reasonOf = getter(AbortSignal, "reason");
    const listen = (target, type, listener) => apply(addEventListener, target, [type, listener]);

    class SessiondError extends NativeError {
        constructor(error) {
            super(error.message);
            const { name, retryable = false, retryAfterSeconds, hint, data } = error;
            for (const [member, value] of [["name", name], ["retryable", retryable],
                ["retryAfterSeconds", retryAfterSeconds], ["hint", hint], ["data", freeze(data ?? {})]])
                if (value !== undefined) defineProperty(this, member, { value, enumerable: true });
        }
    }

    // The calls and followers that wait, by a number. An object without prototype: a page may change `Map`.
    const table = () => ({ __proto__: null });
    const invalid = (member, reason) => new SessiondError({
        name: "invalidParams", message: `invalid parameter "${member}": ${reason}`, data: { member, reason } });

    let port = null;
    let lastNumber = 0;
    let calls = table();
    const tell = message => apply(postMessage, port, [message]);

    function call(name, options, own = {}) {
        return new NativePromise((resolve, reject) => {
            // What is no option of the call is refused by its name, where the request is made.
            const { signal, ...others } = options ?? {};
            const number = ++lastNumber;
            const end = settle => value => {
                if (!calls[number]) return;
                delete calls[number];
                if (signal) apply(removeEventListener, signal, ["abort", abort]);
                settle(value);
            };
            const abort = () => calls[number]?.reject(reasonOf(signal));
            if (signal) {
                if (isAborted(signal)) return reject(reasonOf(signal));
                listen(signal, "abort", abort);
            }
            calls[number] = { resolve: end(resolve), reject: end(reject) };
            if (isGone) return calls[number].reject(new SessiondError(GONE));
            look();
            try {
                tell({ call: number, name, params: { ...others, ...own } });
            } catch {
                calls[number].reject(invalid("options", "must be plain values"));
            }
        });
    }

    // A list that keeps its order, and knows no method that a page could change.
    class Line {
        #first = 0;
        #end = 0;
        #items = table();
        get count() { return this.#end - this.#first; }
        get first() { return this.#items[this.#first]; }
        put(item) { this.#items[this.#end++] = item; }
        take() {
            const item = this.first;
            delete this.#items[this.#first++];
            return item;
        }
        clear() { while (this.count) this.take(); }
    }

    let followers = table();
    // The session as it was told last; null while nobody follows it.
    let last = null;

    class Follower {
        #status = null;
        #interruption = null;
        #changes = new Line();
        #listeners = new Line();
        #number = 0;
        #isEnded = false;
        #signal;
        #abort = () => this.end();

        constructor(signal) {
            this.#signal = signal;
            if (!signal) return;
            if (isAborted(signal)) this.#isEnded = true;
            else listen(signal, "abort", this.#abort);
        }

        next() {
            if (!this.#number && !this.#isEnded) this.#begin();
            return new NativePromise(resolve => {
                if (this.#changes.count) resolve({ value: this.#changes.take(), done: false });
                else if (this.#isEnded) resolve({ value: undefined, done: true });
                else this.#listeners.put(resolve);
            });
        }

        #begin() {
            this.#number = ++lastNumber;
            let isFirst = true;
            for (const _ in followers) isFirst = false;
            followers[this.#number] = this;
            look();
            if (isFirst) tell({ follow: null });
            else if (last) this.#see("snapshot", last);
        }

        end() {
            if (this.#isEnded) return;
            this.#isEnded = true;
            if (this.#signal) apply(removeEventListener, this.#signal, ["abort", this.#abort]);
            this.#changes.clear();
            while (this.#listeners.count) this.#listeners.take()({ value: undefined, done: true });
            delete followers[this.#number];
            for (const _ in followers) return;
            if (this.#number) tell({ unfollow: true });
            last = null;
        }

        // How the session stands when it can be followed, for the first time or again.
        takeWatch({ resumed, snapshot }) {
            if (resumed && this.#status) {
                // It is what the events say that follow.
                if (this.#interruption) this.#put({ cause: "resumed", previous: this.#status, status: this.#status });
            } else {
                this.#see(this.#status ? "gap" : "snapshot", resumed && last ? last : snapshot);
            }
            this.#interruption = null;
        }

        takeEvent(event) {
            const { status: _, ...facts } = event;
            this.#see("event", event.status ?? this.#status, facts);
        }

        takeInterruption(error) {
            const interruption = `${error.name} ${error.retryable}`;
            if (this.#interruption === interruption) return;
            this.#interruption = interruption;
            this.#put({
                cause: "interrupted", error: new SessiondError(error), previous: this.#status, status: this.#status });
        }

        #see(cause, status, event) {
            const previous = this.#status;
            this.#status = status;
            this.#put({ cause, ...(event && { event }), previous, status });
        }

        #put(change) {
            if (this.#changes.count >= QUEUE) {
                // What nobody has taken becomes one change, from what was seen last to what is now.
                const { previous } = this.#changes.first;
                this.#changes.clear();
                const isPlain = change.cause !== "interrupted" && change.cause !== "resumed";
                const status = isPlain ? change.status : change.previous;
                this.#changes.put(finished({ cause: previous ? "gap" : "snapshot", previous, status }));
                if (isPlain) return;
            }
            if (this.#listeners.count) this.#listeners.take()({ value: finished(change), done: false });
            else this.#changes.put(finished(change));
        }
    }

    function finished(change) {
        return freeze({ ...change, isOtherCustomer: change.previous?.generation !== change.status?.generation });
    }

    function changes(options) {
        const follower = new Follower(options?.signal);
        return freeze({
            __proto__: null,
            next: () => follower.next(),
            return(value) {
                follower.end();
                return new NativePromise(resolve => resolve({ value, done: true }));
            },
            [asyncIterator]() { return this; },
        });
    }

    let isGone = false;
    let isLooking = false;
    let unanswered = 0;

    // While somebody waits for something: whether the content script answers.
    function look() {
        if (isLooking) return;
        isLooking = true;
        unanswered = 0;
        wait(lookAgain, LOOK_MILLISECONDS);
    }

    function lookAgain() {
        isLooking = false;
        let isWaitedFor = false;
        for (const _ in calls) isWaitedFor = true;
        for (const _ in followers) isWaitedFor = true;
        if (!isWaitedFor) return;
        // One may be missing when a page has slept.
        if (unanswered++ >= 2) {
            isGone = true;
            return interrupt(GONE);
        }
        tell({ look: 1 });
        isLooking = true;
        wait(lookAgain, LOOK_MILLISECONDS);
    }

    function interrupt(error) {
        for (const number in calls) calls[number].reject(new SessiondError(error));
        for (const number in followers) followers[number].takeInterruption(error);
    }

    function receive(event) {
        const message = dataOf(event);
        unanswered = 0;
        isGone = false;
        const has = name => hasOwn(message, name);
        if (has("call")) {
            const waiting = calls[message.call];
            if (has("error")) waiting?.reject(new SessiondError(message.error));
            else waiting?.resolve(message.result);
        } else if (has("watch")) {
            for (const number in followers) followers[number].takeWatch(message.watch);
            if (!message.watch.resumed || !last) last = message.watch.snapshot;
        } else if (has("event")) {
            for (const number in followers) followers[number].takeEvent(message.event);
            last = message.event.status ?? last;
        } else if (has("interrupted")) {
            interrupt(message.interrupted);
        }
    }

    // Methods without a prototype, which nobody can call with `new`.
    const api = {
        __proto__: null,
        version: VERSION,
        status: options => call("status", options),
        retrieveToken: options => call("retrieveToken", options),
        beginSignIn: options => call("beginSignIn", options),
        pendingSignIn: options => call("pendingSignIn", options),
        completeSignIn: (callbackURL, options) => call("completeSignIn", options, { callbackURL }),
        cancelSignIn: options => call("cancelSignIn", options),
        signIn: (account, password, options) => call("signIn", options, { ...account, password }),
        authenticate: (provider, providerToken, options) =>
            call("authenticate", options, { provider, providerToken }),
        simpleAuthenticate: (account, authID, options) =>
            call("simpleAuthenticate", options, { ...account, authID }),
        setIdentity: (labels, options) => call("setIdentity", options, { ...labels }),
        signOut: options => call("signOut", options),
        regenerateUUID: options => call("regenerateUUID", options),
        touch: options => call("touch", options),
        changes,
    };

    // The content script hands the port over in one synchronous event, before the page has a script that could hear it.
    function take(event) {
        const [given] = portsOf(event);
        if (!given || hasOwn(window, "sessiond")) return;
        apply(preventDefault, event, []);
        apply(stopImmediatePropagation, event, []);
        port = given;
        listen(port, "message", receive);
        apply(start, port, []);
        for (const name in api) if (typeof api[name] === "function") freeze(api[name]);
        freeze(Follower.prototype);
        freeze(Line.prototype);
        freeze(SessiondError.prototype);
        defineProperty(window, "sessiond", { value: freeze(api), enumerable: true });
    }

    apply(addEventListener, window, ["sessiond-port", take, { once: true }]);
    // Whichever of the two scripts comes second begins.
    dispatchEvent(new Event("sessiond-ready"));
})();
