// SPDX-License-Identifier: Apache-2.0

import { errors } from "./error.js";
import { check, Malformed } from "./lines.js";
import { METHODS, STATUS } from "./protocol.js";
import { Secret } from "./secret.js";

/** The longest line of a request with its LF, in bytes, and how long a call may take: sessiond-protocol(7). */
const REQUEST_BYTES = 65_536;
const SHORTEST_SECONDS = 0.001;
const LONGEST_SECONDS = 300;
const DEFAULT_SECONDS = 30;
/** How much longer than the daemon a call waits, so that the daemon's own answer about it still arrives. */
const GRACE_SECONDS = 0.5;
/** How long it is asked what has become of the session when nobody knows. */
const LOOKING_SECONDS = 2;
/** What was added to the protocol since 1.0, by the methods that need it. */
const FEATURES = {
  __proto__: null,
  "session.beginSignIn": "signInRequest",
  "session.pendingSignIn": "signInRequest",
  "session.completeSignIn": "signInRequest",
  "session.cancelSignIn": "signInRequest",
};
const CONDITION = [["condition", "string"], ["session", "object"]];
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** Pauses between attempts, in milliseconds: the first one doubles up to the longest. */
export class Backoff {
  #next;
  #longest;

  constructor(shortest = 10, longest = 1000) {
    this.#next = shortest;
    this.#longest = longest;
  }

  pause() {
    const pause = this.#next;
    this.#next = Math.min(pause * 2, this.#longest);
    return pause;
  }
}

/** One call, over as many connections as it takes. */
export class Call {
  method;
  changes;
  feature;
  #wire;
  #params;
  #hasDeadline;
  #seconds;
  #end;
  #expiresAt;
  #signal;
  #abort;
  #resolve;
  #reject;
  #retry;
  #connection = null;
  #id = 0;
  #attempts = 0;
  #backoff = null;
  // Whether the daemon was there before, so that it is worth while to wait until it is back.
  #wasConnected;
  #isOver = false;

  constructor(wire, method, { signal, timeoutSeconds = wire.timeoutSeconds, ...params }, resolve, reject) {
    this.method = method;
    // What is not known here may change anything.
    this.changes = (METHODS[method]?.changes ?? true) && !(method === "daemon.reload" && params.dryRun === true);
    this.feature = FEATURES[method];
    this.#wire = wire;
    for (const name in params) if (params[name] instanceof Secret) params[name] = params[name].value;
    this.#params = params;
    this.#hasDeadline = timeoutSeconds !== undefined;
    this.#seconds = checkedSeconds(timeoutSeconds);
    this.#end = performance.now() + this.#seconds * 1000;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#wasConnected = wire.wasConnected;
    wire.calls.add(this);
    if (signal?.aborted) return this.#fail(errors.cancelled(this, signal.reason));
    if (signal) {
      this.#signal = signal;
      this.#abort = () => this.#fail(errors.cancelled(this, signal.reason));
      signal.addEventListener("abort", this.#abort);
    }
    this.#expiresAt = this.#end + GRACE_SECONDS * 1000;
    wire.wakeBy(this.#expiresAt);
    this.#attempt();
  }

  /** The request as it is sent. */
  line(id) {
    if (this.#hasDeadline || this.#attempts > 0) {
      const seconds = this.#attempts === 0 ? this.#seconds : (this.#end - performance.now()) / 1000;
      this.#params._deadlineSeconds = Math.max(Math.round(seconds * 1000) / 1000, SHORTEST_SECONDS);
    }
    const params = JSON.stringify(this.#params);
    const text = `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(this.method)},"params":${params}}\n`;
    if (text.includes("\\ud") && LONE_SURROGATE.test(text)) throw errors.invalidParams(this, "text", "is no Unicode");
    // A character has three bytes at most, and two of four.
    const bytes = text.length * 3 <= REQUEST_BYTES ? 0 : Buffer.byteLength(text);
    if (bytes > REQUEST_BYTES) throw errors.requestTooLarge(this, bytes, REQUEST_BYTES);
    return text;
  }

  /** Takes how an attempt ended. */
  settle(outcome) {
    this.#connection = null;
    this.#attempts++;
    if ("result" in outcome) return this.#succeed(outcome.result);
    if ("error" in outcome) {
      // It stops: the next one, or this one once it is gone, will answer.
      const isStopping = outcome.error.name === "shuttingDown";
      return isStopping && !this.changes ? this.#tryAgain(outcome.error) : this.#fail(outcome.error);
    }
    if ("unreachable" in outcome) {
      const isWorthWhile = outcome.mayPass || this.#wasConnected;
      return isWorthWhile ? this.#tryAgain(outcome.unreachable) : this.#fail(outcome.unreachable);
    }
    this.#wasConnected = true;
    if (outcome.lost && this.changes) return this.#lookForOutcome();
    this.#tryAgain(errors.connectionLost({ method: this.method, changes: false }));
  }

  #attempt() {
    try {
      this.#connection = this.#wire.connection();
      if (this.#connection === null) return this.#fail(errors.closed(this));
      this.#id = this.#connection.add(this);
    } catch (error) {
      this.#fail(error);
    }
  }

  #tryAgain(error) {
    const pause = (this.#backoff ??= new Backoff()).pause();
    if (performance.now() + pause >= this.#end) return this.#fail(error);
    this.#retry = setTimeout(() => this.#attempt(), pause);
  }

  // What a caller whose call may or may not have been carried out wants to know next.
  async #lookForOutcome() {
    this.#expiresAt = Infinity;
    let status;
    try {
      status = await this.#wire.call("session.status", { timeoutSeconds: LOOKING_SECONDS, signal: this.#signal });
    } catch {
      // Then it is not known.
    }
    this.#fail(errors.connectionLost(this, status));
  }

  #succeed(result) {
    try {
      const answer = checkedAnswer(this.method, result);
      if (this.#finish()) this.#resolve(answer);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#fail(errors.malformedAnswer(this, error.message));
    }
  }

  #fail(error) {
    if (this.#finish()) this.#reject(error);
  }

  #finish() {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#retry);
    if (this.#abort) this.#signal.removeEventListener("abort", this.#abort);
    this.#connection?.remove(this.#id);
    this.#wire.calls.delete(this);
    return true;
  }

  /** When it has taken too long, by performance.now(). */
  get expiresAt() {
    return this.#expiresAt;
  }

  /** Ends it, since it has taken too long. */
  expire() {
    this.#fail(errors.timedOut(this, this.#seconds));
  }

  /** Ends it, since the client is closed. */
  close() {
    this.#fail(errors.closed(this));
  }
}

/** How many seconds a call may take. */
export function checkedSeconds(seconds = DEFAULT_SECONDS) {
  if (typeof seconds !== "number" || !(seconds > 0)) throw new TypeError("timeoutSeconds is a number above 0");
  return Math.min(seconds, LONGEST_SECONDS);
}

function checkedAnswer(method, result) {
  const known = METHODS[method];
  if (!known) return result;
  check(result, known.required, "it");
  if (known.isAuthentication) {
    if (result.condition === undefined) check(result, STATUS, "it");
    else check(result, CONDITION, "it");
  }
  for (const name of known.secrets) if (typeof result[name] === "string") result[name] = new Secret(result[name]);
  return result;
}
