#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Uses the customer session of the device, with nothing but Node's own modules.
//
// session.mjs token    prints whose token there is, and until when it lives
// session.mjs watch    prints who the customer is, now and whenever that changes, until it is interrupted
//
// SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.

import { once } from "node:events";
import net from "node:net";
import readline from "node:readline";
import { setTimeout as pauseFor } from "node:timers/promises";

const path = process.env.SESSIOND_SOCKET ?? "/run/sessiond/sessiond.sock";
const longestPause = 5000;
// How long a call may take, in seconds. The daemon is told, and answers by then; one that hangs is waited for a little longer.
const deadline = 10;
const grace = 1;

/** The daemon's answer is an error. Its name is what a program looks at. */
class Refused extends Error {
  constructor({ message, data }) {
    super(message);
    this.name = data.name;
    this.isRetryable = data.retryable;
  }
}

/** One connection: a line out, lines in. */
class Connection {
  static async open() {
    const socket = net.connect(path);
    await once(socket, "connect");
    return new Connection(socket);
  }

  constructor(socket) {
    this.socket = socket;
    // A connection that breaks is the end of its lines; why does not matter.
    socket.on("error", () => {});
    this.reader = readline.createInterface({ input: socket });
    this.lines = this.reader[Symbol.asyncIterator]();
    this.reason = "sessiond closed the connection";
  }

  /** The result of a call. */
  async call(method, params = {}) {
    const timer = setTimeout(() => {
      this.reason = `sessiond has not answered ${method} within ${deadline} s`;
      this.reader.close();
    }, (deadline + grace) * 1000);
    try {
      const request = { jsonrpc: "2.0", id: 1, method, params: { ...params, _deadlineSeconds: deadline } };
      this.socket.write(JSON.stringify(request) + "\n");
      const answer = await this.next();
      if (answer.error) throw new Refused(answer.error);
      return answer.result;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next message, however long it takes. */
  async next() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(this.reason);
    return JSON.parse(value);
  }

  close() {
    this.socket.destroy();
  }
}

/**
 * The session's status, now and after each change, for ever.
 *
 * A daemon that restarts is waited for. What happened meanwhile is told by `since`; what cannot be told any more is in
 * the snapshot, so that the last status is always right.
 */
async function* statuses() {
  let since = {};
  let pause = 100;
  for (;;) {
    let connection;
    try {
      connection = await Connection.open();
      const begin = await connection.call("session.watch", since);
      since = { since: begin.sequence };
      pause = 100;
      // Else what was missed follows.
      if (!begin.resumed) yield begin.snapshot;
      for (;;) {
        const event = (await connection.next()).params;
        if (event.kind === "overflow") break;
        if (event.kind === "revoked") return;
        since = { since: event.sequence };
        yield event.status;
      }
    } catch (error) {
      if (error instanceof Refused ? !error.isRetryable : error.code === "EACCES") throw error;
    } finally {
      connection?.close();
    }
    // Not all apps of a device at the same instant.
    await pauseFor(pause * (0.5 + Math.random() / 2));
    pause = Math.min(pause * 2, longestPause);
  }
}

async function watch() {
  let last;
  for await (const status of statuses()) {
    const view = `${status.state} ${status.uuid} ${status.generation}`;
    if (view !== last) console.log(view);
    last = view;
  }
  throw new Error("the right to watch was taken away");
}

async function token() {
  const connection = await Connection.open();
  const answer = await connection.call("session.retrieveToken", { minimumValiditySeconds: 60 });
  connection.close();
  // answer.token is what goes into the header `Authorization: Bearer …`; it is never printed.
  console.log(answer.uuid, answer.expiresAt);
}

// Where nobody reads any more what it prints, there is nothing left to do.
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 1));

const command = { token, watch }[process.argv[2]];
if (!command || process.argv.length !== 3) {
  console.error("usage: session.mjs token|watch");
  process.exit(64);
}
try {
  await command();
} catch (error) {
  console.error(`session.mjs: ${error.message}`);
  process.exit(1);
}
