// SPDX-License-Identifier: Apache-2.0

import net from "node:net";

import { errors, SessiondError } from "./error.js";
import { check, LineReader, Malformed, parsed } from "./lines.js";
import { METHODS } from "./protocol.js";

const HELLO = "daemon.hello";
const HELLO_ID = 1;

/**
 * A socket that is read to its end even where nothing can be written to it any more: before it closed the connection,
 * the daemon may have answered, or said why.
 */
class Duplex extends net.Socket {
  writeError = null;

  _write(data, encoding, done) {
    super._write(data, encoding, (error) => {
      this.writeError ??= error ?? null;
      done();
    });
  }
}

/**
 * One connection with many calls at once, and at most one follower of the session.
 *
 * A call has `method`, `changes`, `feature`, `isQuiet`, where it keeps no process alive, `line(id)`, and
 * `settle(outcome)`, which is told how it ended here:
 * - `{result}`;
 * - `{error}`: it failed, and not because of the connection;
 * - `{unreachable, mayPass}`: no connection could be had, so nothing was sent; `mayPass`: the daemon is only busy;
 * - `{lost}`: the connection broke before the answer; true: the daemon may have read the request.
 *
 * A follower has `isFull`, `takeEvent(params)`, `loseConnection()` and `yield()`.
 */
export class Connection {
  #path;
  #socket;
  #reader = new LineReader();
  #calls = new Map();
  #nextID = HELLO_ID + 1;
  // Lines of calls that wait to be sent.
  #unsent = [];
  #willFlush = false;
  #isOpen = false;
  #isWriting = false;
  #isResting = false;
  // Why no call is taken any more; null: they are.
  #end = null;
  // How the daemon answered to our hello; null: not yet.
  #hello = null;
  #follower = null;
  #holds = 0;

  /** Begins to connect. */
  constructor(path, name, opened) {
    this.#path = path;
    this.#unsent.push({ text: helloLine(name), call: {} });
    const socket = new Duplex();
    this.#socket = socket;
    socket.on("connect", () => {
      this.#isOpen = true;
      opened();
      this.#flush();
    });
    socket.on("data", (chunk) => {
      this.#reader.feed(chunk);
      if (!this.#isResting) this.#read();
    });
    socket.on("error", (error) => {
      if (this.#isOpen) return;
      this.#finish({ unreachable: errors.connecting(path, error), mayPass: error.code === "EAGAIN" });
    });
    socket.on("end", () => this.#leave());
    socket.on("close", () => this.#leave());
    socket.connect({ path });
    socket.unref();
  }

  /** Whether calls can be added. */
  get isUsable() {
    return this.#end === null && this.#canWrite;
  }

  get hasFollower() {
    return this.#follower !== null;
  }

  /** Sends a call, and returns the number to remove it by. */
  add(call) {
    const id = this.#nextID++;
    const entry = { call, text: call.line(id), isSent: false };
    this.#calls.set(id, entry);
    if (!call.isQuiet) this.hold();
    if (call.method === HELLO || call.feature) this.#askHello(entry);
    else this.#send(entry);
    return id;
  }

  /** Forgets a call: its answer is nobody's. What of it was not sent never will be. */
  remove(id) {
    const entry = this.#calls.get(id);
    if (!entry) return;
    this.#calls.delete(id);
    entry.isRemoved = true;
    if (!entry.call.isQuiet) this.release();
    this.#closeIfDone();
  }

  /** Has a follower be told of events. */
  follow(follower) {
    this.#follower = follower;
  }

  /** Ends the following of the session, and with it the connection, once the calls are answered that are under way. */
  unfollow(follower) {
    if (this.#follower === follower) this.#follower = null;
    this.retire();
  }

  /** Takes no more calls, and closes after the last one. */
  retire() {
    this.#end ??= { lost: false };
    this.#closeIfDone();
  }

  /** Ends every call so, and the connection. */
  close(outcome) {
    this.#finish(outcome);
  }

  /** Keeps the process alive, once more. */
  hold() {
    if (this.#holds++ === 0) this.#socket.ref();
  }

  release() {
    if (--this.#holds === 0) this.#socket.unref();
  }

  #closeIfDone() {
    if (this.#end !== null && this.#calls.size === 0 && this.#follower === null) this.#socket.destroy();
  }

  #send(entry) {
    this.#unsent.push(entry);
    if (this.#willFlush || !this.#isOpen) return;
    // All that is called in one turn is one write.
    this.#willFlush = true;
    queueMicrotask(() => {
      this.#willFlush = false;
      this.#flush();
    });
  }

  #flush() {
    if (this.#isWriting || !this.#isOpen || this.#unsent.length === 0 || !this.#canWrite) return;
    const sent = this.#unsent.filter((entry) => !entry.isRemoved);
    this.#unsent = [];
    this.#socket.write(sent.length === 1 ? sent[0].text : sent.map((entry) => entry.text).join(""), this.#written);
    // A connection that was broken before has taken nothing of it.
    if (this.#socket.writeError) return;
    for (const entry of sent) entry.isSent = true;
    this.#isWriting = this.#socket.writableLength > 0;
  }

  get #canWrite() {
    return this.#socket.writeError === null && this.#socket.writable;
  }

  #written = () => {
    if (!this.#isWriting) return;
    this.#isWriting = false;
    this.#flush();
  };

  #read(isLast = false) {
    try {
      for (let line; this.#end?.isFinal !== true && (line = this.#reader.next()) !== null; ) {
        this.#take(parsed(line));
        if (!this.#follower?.isFull) continue;
        if (!isLast) return this.#rest();
        this.#follower.yield();
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      // Whose answer that was cannot be told, nor where the next one begins.
      this.#finish({ malformed: error.message });
    }
  }

  // Lets whoever follows the session take what there is, before more is read; whoever does not is not waited for.
  #rest() {
    this.#isResting = true;
    this.#socket.pause();
    setImmediate(() => {
      this.#isResting = false;
      this.#follower?.yield();
      this.#read();
      if (!this.#isResting) this.#socket.resume();
    });
  }

  #take(answer) {
    if (answer.method !== undefined) {
      if (answer.method === "session.event") this.#follower?.takeEvent(answer.params);
    } else if (answer.id === null) {
      // The daemon speaks about the connection as a whole.
      this.#settleAll(() => ({ error: new SessiondError(answer.error) }));
    } else if (answer.id === HELLO_ID && this.#hello === null) {
      this.#takeHello(answer);
    } else {
      const entry = this.#calls.get(answer.id);
      if (!entry) return;
      this.remove(answer.id);
      entry.call.settle(outcome(answer));
    }
  }

  #takeHello(answer) {
    this.#hello = outcome(answer);
    if (this.#hello.result) check(this.#hello.result, METHODS[HELLO].required, "the answer to daemon.hello");
    if (this.#hello.error?.name === "versionUnsupported") return this.#finish({ error: this.#hello.error });
    for (const [id, entry] of this.#calls) if (entry.isWaiting) this.#answerHello(id, entry);
  }

  // A call that needs to know what the daemon can do waits for that.
  #askHello(entry) {
    entry.isWaiting = true;
    if (this.#hello === null) return;
    queueMicrotask(() => {
      for (const [id, each] of this.#calls) if (each === entry) this.#answerHello(id, entry);
    });
  }

  #answerHello(id, entry) {
    entry.isWaiting = false;
    const { result } = this.#hello;
    const { call } = entry;
    if (call.method !== HELLO && (!result || result.features.includes(call.feature))) return this.#send(entry);
    this.remove(id);
    call.settle(call.method === HELLO ? this.#hello : { error: errors.unsupported(call, call.feature, result.server) });
  }

  #leave() {
    this.#isResting = false;
    // Before it closed the connection the daemon may have answered.
    this.#read(true);
    this.#finish({ lost: true });
  }

  #finish(how) {
    if (this.#end?.isFinal) return;
    this.#end = { isFinal: true };
    const follower = this.#follower;
    this.#follower = null;
    this.#settleAll((entry) => {
      if ("lost" in how) return { lost: entry.isSent };
      if ("malformed" in how) return { error: errors.malformedAnswer(entry.call, how.malformed) };
      if ("closed" in how) return { error: errors.closed(entry.call) };
      return how;
    });
    this.#unsent = [];
    this.#socket.destroy();
    follower?.loseConnection(how);
  }

  #settleAll(how) {
    for (const [id, entry] of [...this.#calls]) {
      if (!this.#calls.has(id)) continue;
      this.remove(id);
      entry.call.settle(how(entry));
    }
  }
}

function outcome({ result, error }) {
  return error ? { error: new SessiondError(error) } : { result };
}

function helloLine(client) {
  return JSON.stringify({ jsonrpc: "2.0", id: HELLO_ID, method: HELLO, params: { protocol: [1], client } }) + "\n";
}
