// SPDX-License-Identifier: Apache-2.0

import { Call, checkedSeconds } from "./call.js";
import { Changes } from "./changes.js";
import { Connection } from "./connection.js";
import { errors, STANDARD_SOCKET } from "./error.js";
import { isObject } from "./lines.js";

/** What this is, to the daemon. */
const PRODUCT = "sessiond-javascript/0.1.0";
/** A path has so many bytes at most: unix(7). */
const PATH_BYTES = 107;

/** What calls and followers of one client have in common. */
class Wire {
  wasConnected = false;
  isClosed = false;
  calls = new Set();
  followers = new Set();
  #connection = null;
  // One timer for all calls, which few of them live to see: when it wakes, by performance.now().
  #timer = null;
  #wakesAt = Infinity;
  #opened = () => (this.wasConnected = true);

  constructor(path, name, timeoutSeconds) {
    this.path = path;
    this.name = name;
    this.timeoutSeconds = timeoutSeconds;
  }

  /** The connection for a call; null: the client is closed. */
  connection() {
    if (this.isClosed) return null;
    if (!this.#connection?.isUsable) this.#connection = this.#connect();
    return this.#connection;
  }

  /** The connection for a follower: that of calls, or one of its own where that has a follower. */
  connectionToFollow() {
    const shared = this.connection();
    return shared?.hasFollower ? this.#connect() : shared;
  }

  call(method, options = {}) {
    return new Promise((resolve, reject) => {
      if (!isObject(options)) throw new TypeError(`the options of ${method} are an object`);
      new Call(this, method, options, resolve, reject);
    });
  }

  /** Sees to calls that have taken too long by then. The connection, or a pause, keeps the process alive for them. */
  wakeBy(instant) {
    if (instant >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = instant;
    this.#timer = setTimeout(() => this.#wake(), Math.ceil(instant - performance.now())).unref();
  }

  #wake() {
    this.#wakesAt = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const call of [...this.calls]) {
      if (call.expiresAt <= now) call.expire();
      else next = Math.min(next, call.expiresAt);
    }
    if (next < Infinity) this.wakeBy(next);
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.#timer);
    for (const follower of [...this.followers]) follower.end();
    for (const call of [...this.calls]) call.close();
    this.#connection?.close({ closed: true });
    this.#connection = null;
  }

  #connect() {
    return new Connection(this.path, this.name, this.#opened);
  }
}

function checkedPath(path) {
  if (typeof path !== "string") throw new TypeError("socket is a path");
  const bytes = Buffer.byteLength(path);
  if (bytes === 0) throw errors.invalidSocketPath(path, "it is empty");
  if (path.includes("\0")) throw errors.invalidSocketPath(path, "it has a NUL in it");
  if (bytes <= PATH_BYTES) return path;
  throw errors.invalidSocketPath(path, `it has ${bytes} bytes, and a socket's path has at most ${PATH_BYTES}`);
}

/** The customer session of this device. index.d.ts describes what apps use. */
export class Client {
  #wire;

  constructor(options = {}) {
    const { socket, timeoutSeconds, client = PRODUCT, ...others } = options;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new TypeError(`Client has no option ${unknown}: socket, timeoutSeconds, client`);
    if (timeoutSeconds !== undefined) checkedSeconds(timeoutSeconds);
    if (typeof client !== "string" || client === "") throw new TypeError("client is the name of the app");
    const path = checkedPath(socket ?? (process.env.SESSIOND_SOCKET || STANDARD_SOCKET));
    this.#wire = new Wire(path, client, timeoutSeconds);
  }

  get socket() {
    return this.#wire.path;
  }

  close() {
    this.#wire.close();
  }

  call(method, options) {
    return this.#wire.call(method, options);
  }

  changes({ signal } = {}) {
    return new Changes(this.#wire, signal);
  }

  getUUID(options) {
    return this.call("session.getUUID", options).then((answer) => answer.uuid);
  }

  getUUIDForAuthentication(options) {
    return this.call("session.getUUIDForAuthentication", options).then((answer) => answer.uuid);
  }

  status(options) {
    return this.call("session.status", options);
  }

  retrieveToken(options) {
    return this.call("session.retrieveToken", options);
  }

  refreshToken(options) {
    return this.call("session.refreshToken", options);
  }

  profile(options) {
    return this.call("session.profile", options);
  }

  signIn(account, password, options) {
    return this.call("session.signIn", { ...options, ...account, password });
  }

  authenticate(provider, providerToken, options) {
    return this.call("session.authenticate", { ...options, provider, providerToken });
  }

  authenticateWithToken(options) {
    return this.call("session.authenticateWithToken", options);
  }

  simpleAuthenticate(account, authID, options) {
    return this.call("session.simpleAuthenticate", { ...options, ...account, authID });
  }

  beginSignIn(options) {
    return this.call("session.beginSignIn", options);
  }

  pendingSignIn(options) {
    return this.call("session.pendingSignIn", options).then((answer) => (answer.attempt === undefined ? null : answer));
  }

  completeSignIn(callbackURL, options) {
    return this.call("session.completeSignIn", { ...options, callbackURL });
  }

  cancelSignIn(options) {
    return this.call("session.cancelSignIn", options).then((answer) => answer.cancelled);
  }

  signOut(options) {
    return this.call("session.signOut", options);
  }

  destroy(options) {
    return this.call("session.destroy", options);
  }

  regenerateUUID(options) {
    return this.call("session.regenerateUUID", options);
  }

  deleteAccount(authFactor, options) {
    return this.call("session.deleteAccount", { ...options, authFactor });
  }

  setIdentity(labels, options) {
    return this.call("session.setIdentity", { ...options, ...labels });
  }

  touch(options) {
    return this.call("session.touch", options).then(nothing);
  }

  changeAPIKey(apiKey, options) {
    return this.call("authority.changeAPIKey", { ...options, apiKey });
  }

  hello(options) {
    return this.call("daemon.hello", options);
  }

  info(options) {
    return this.call("daemon.info", options);
  }

  health(options) {
    return this.call("daemon.health", options);
  }

  metrics(options) {
    return this.call("daemon.metrics", options);
  }

  setLogLevel(level, options) {
    return this.call("daemon.setLogLevel", { ...options, level }).then(nothing);
  }

  reload(options) {
    return this.call("daemon.reload", options);
  }

  discover(options) {
    return this.call("rpc.discover", options);
  }
}

function nothing() {}
