// SPDX-License-Identifier: Apache-2.0

import { Backoff } from "./call.js";
import { errors } from "./error.js";
import { check, Malformed } from "./lines.js";
import { EVENT, METHODS, STATUS } from "./protocol.js";

/** So many changes wait for the app; of what comes then, the daemon is asked when they are taken. */
export const CAPACITY = 64;
/** The daemon answers a watch at once: what takes longer is a service that does not come up. */
const ANSWER_MILLISECONDS = 5000;
/** A connection that stood for so long is no sign of a daemon that takes and drops them. */
const STEADY_MILLISECONDS = 100;
const DONE = { value: undefined, done: true };

// Who was refused is rarely let in a moment later, and each time is logged.
const patience = () => new Backoff(1000, 30_000);

/** What is known of the session while it is followed, over lost connections. It decides; it does no I/O. */
export class Progress {
  /** The number of the last event that is known. */
  since = undefined;
  #status = null;
  // The interruption that was told and is not over: the name of its error.
  #interruption = null;

  /** Takes the answer to a watch; null: nothing is to be told. */
  takeWatch({ resumed, snapshot, sequence }) {
    const wasInterrupted = this.#interruption !== null;
    this.#interruption = null;
    // The session is what the events say that follow; the snapshot is of after them.
    if (resumed && this.#status) return wasInterrupted ? this.#change("resumed", this.#status) : null;
    this.since = sequence;
    return this.#change(this.#status ? "gap" : "snapshot", snapshot);
  }

  /** Takes an event; null where it is known already. */
  takeEvent(event) {
    if (this.since !== undefined && event.sequence <= this.since) return null;
    this.since = event.sequence;
    return this.#change("event", event.status ?? this.#status, { event });
  }

  /** Notes that the session cannot be followed now; null where that was told. */
  interrupt(error) {
    if (this.#interruption === error.name) return null;
    this.#interruption = error.name;
    return this.#change("interrupted", this.#status, { error });
  }

  #change(cause, status, facts) {
    const previous = this.#status;
    this.#status = status;
    return { cause, ...facts, previous, status, isOtherCustomer: previous?.generation !== status?.generation };
  }
}

/** Follows the session over lost connections and restarts. To a connection it is a call and a follower. */
class Follower {
  method = "session.watch";
  changes = false;
  isQuiet = true;
  #wire;
  #progress = new Progress();
  #queue = [];
  #listeners = [];
  // new; asking, a watch is under way; following; lagging, the app has not taken what waits; pausing; over.
  #stage = "new";
  #connection = null;
  #id = 0;
  #askedAt = 0;
  #timer = null;
  // The connection that is kept alive.
  #held = null;
  #unreachable = new Backoff();
  #refused = patience();
  #signal;

  constructor(wire, signal) {
    this.#wire = wire;
    if (!signal) return;
    this.#signal = signal;
    if (signal.aborted) this.end();
    else signal.addEventListener("abort", this.#abort);
  }

  #abort = () => this.end();

  next() {
    if (this.#stage === "new") this.#begin();
    if (this.#queue.length > 0) {
      const change = this.#queue.shift();
      if (this.#stage === "lagging" && this.#queue.length === 0) this.#ask();
      return Promise.resolve({ value: change, done: false });
    }
    if (this.#stage === "over") return Promise.resolve(DONE);
    return new Promise((resolve) => {
      this.#listeners.push(resolve);
      this.#keepAlive();
    });
  }

  /** Nothing comes after it, not even what had arrived. */
  end() {
    if (this.#stage === "over") return;
    this.#leave();
    this.#stage = "over";
    this.#queue = [];
    this.#wire.followers.delete(this);
    this.#signal?.removeEventListener("abort", this.#abort);
    for (const listener of this.#listeners.splice(0)) listener(DONE);
    this.#keepAlive();
  }

  /** The request as it is sent. */
  line(id) {
    const since = this.#progress.since;
    return JSON.stringify({ jsonrpc: "2.0", id, method: this.method, params: { since } }) + "\n";
  }

  /** Takes the answer to a watch, as it stands among the events. */
  settle(outcome) {
    this.#clearTimer();
    if ("error" in outcome) return outcome.error.name === "shuttingDown" ? this.#lose() : this.#refuse(outcome.error);
    if ("unreachable" in outcome) return this.#disconnect(this.#unreachable.pause(), outcome.unreachable);
    if ("lost" in outcome) return this.#lose();
    this.#reading(() => {
      check(outcome.result, METHODS[this.method].required, "it");
      check(outcome.result.snapshot, STATUS, "its snapshot");
      this.#stage = "following";
      this.#refused = patience();
      this.#put(this.#progress.takeWatch(outcome.result));
    });
  }

  /** Takes an event. One that comes before the answer to a watch is of the watch before, and comes again. */
  takeEvent(event) {
    if (this.#stage !== "following") return;
    this.#reading(() => {
      check(event, EVENT, "an event");
      if (event.kind === "overflow") return this.#lose();
      if (event.kind === "revoked") return this.#refuse(errors.revoked());
      if (event.status !== undefined) check(event.status, STATUS, "its status");
      this.#put(this.#progress.takeEvent(event));
    });
  }

  get isFull() {
    return this.#queue.length >= CAPACITY && this.#stage === "following";
  }

  /** Passes over what comes, where the app still has not taken what there is. */
  yield() {
    if (this.isFull) this.#stage = "lagging";
  }

  /** The connection has ended. */
  loseConnection(how) {
    if (this.#connection === null) return;
    if (how.malformed !== undefined) this.#refuse(errors.malformedAnswer(this, how.malformed));
    else if (how.error !== undefined) this.#refuse(how.error);
    else this.#lose();
  }

  #begin() {
    this.#wire.followers.add(this);
    this.#ask();
  }

  // Asks for a watch, on the connection that there is or another.
  #ask() {
    this.#timer = null;
    if (!this.#connection?.isUsable) {
      this.#leave();
      this.#connection = this.#wire.connectionToFollow();
      if (this.#connection === null) return this.end();
      this.#askedAt = performance.now();
      this.#connection.follow(this);
    }
    this.#stage = "asking";
    this.#id = this.#connection.add(this);
    this.#timer = setTimeout(
      () => this.#refuse(errors.timedOut(this, ANSWER_MILLISECONDS / 1000)), ANSWER_MILLISECONDS);
    this.#keepAlive();
  }

  #reading(read) {
    try {
      read();
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#refuse(errors.malformedAnswer(this, error.message));
    }
  }

  // The connection is gone. Where it was answered before, the next one may show that nothing was missed.
  #lose() {
    const wasAnswered = this.#stage !== "asking";
    if (wasAnswered && performance.now() - this.#askedAt >= STEADY_MILLISECONDS) this.#unreachable = new Backoff();
    this.#disconnect(this.#unreachable.pause(), wasAnswered ? null : errors.connectionLost(this));
  }

  #refuse(error) {
    this.#disconnect(this.#refused.pause(), error);
  }

  #disconnect(pause, error) {
    const isLagging = this.#stage === "lagging";
    this.#leave();
    if (error) this.#put(this.#progress.interrupt(error));
    // Who lags asks when what waits is taken.
    this.#stage = isLagging ? "lagging" : "pausing";
    if (!isLagging) this.#timer = setTimeout(() => this.#ask(), pause);
    this.#keepAlive();
  }

  #leave() {
    this.#clearTimer();
    const connection = this.#connection;
    this.#connection = null;
    this.#keepAlive();
    connection?.remove(this.#id);
    connection?.unfollow(this);
  }

  #clearTimer() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #put(change) {
    if (change === null) return;
    if (this.#listeners.length === 0) {
      this.#queue.push(change);
      return;
    }
    const listener = this.#listeners.shift();
    this.#keepAlive();
    listener({ value: change, done: false });
  }

  // While somebody waits for a change the process goes on.
  #keepAlive() {
    const isAwaited = this.#listeners.length > 0;
    const wanted = isAwaited ? this.#connection : null;
    if (wanted !== this.#held) {
      this.#held?.release();
      wanted?.hold();
      this.#held = wanted;
    }
    if (isAwaited) this.#timer?.ref();
    else this.#timer?.unref();
  }
}

/** One following of the session: what `Client.changes()` gives. */
export class Changes {
  #follower;

  constructor(wire, signal) {
    this.#follower = new Follower(wire, signal);
  }

  next() {
    return this.#follower.next();
  }

  return(value) {
    this.#follower.end();
    return Promise.resolve({ value, done: true });
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}
