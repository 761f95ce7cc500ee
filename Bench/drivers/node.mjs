// SPDX-License-Identifier: Apache-2.0
//
// A driver in Node: `node.mjs plain|package DAEMON TELLER`, by a socket and JSON or by the package.

import net from "node:net";
import readline from "node:readline";

import { Client } from "../../Libraries/javascript/index.js";

const AT_ONCE = 16;
const PARAMS = { minimumValiditySeconds: 60 };

/** A connection as one writes it with what Node has. */
function connectedByHand(socketPath) {
  const socket = net.connect(socketPath).setEncoding("utf8");
  const waiting = new Map();
  let id = 0;
  let begun = "";
  socket.on("data", (text) => {
    const lines = (begun + text).split("\n");
    begun = lines.pop();
    for (const line of lines) {
      const answer = JSON.parse(line);
      const { resolve, reject } = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.error) reject(new Error(answer.error.data.name));
      else resolve(answer.result);
    }
  });
  return () => new Promise((resolve, reject) => {
    waiting.set(++id, { resolve, reject });
    socket.write(JSON.stringify({ jsonrpc: "2.0", id, method: "session.retrieveToken", params: PARAMS }) + "\n");
  });
}

async function* eventsByHand(socketPath) {
  const socket = net.connect(socketPath);
  try {
    socket.write('{"jsonrpc":"2.0","id":1,"method":"session.watch"}\n');
    for await (const line of readline.createInterface({ input: socket })) {
      yield JSON.parse(line).params?.status.generation;
    }
  } finally {
    socket.destroy();
  }
}

async function* eventsByPackage(socketPath) {
  const client = new Client({ socket: socketPath });
  try {
    for await (const { status } of client.changes()) yield status.generation;
  } finally {
    client.close();
  }
}

function driver(kind, daemon, teller) {
  const isPlain = kind === "plain";
  const client = isPlain ? null : new Client({ socket: daemon });
  const ask = isPlain ? connectedByHand(daemon) : () => client.retrieveToken(PARAMS);
  const askAgain = async (count) => {
    for (let number = 0; number < count; number++) await ask();
  };
  return {
    async calls(count) {
      const began = performance.now();
      await askAgain(count);
      return began;
    },
    async tasks(count) {
      const began = performance.now();
      await Promise.all(Array.from({ length: AT_ONCE }, () => askAgain(count / AT_ONCE)));
      return began;
    },
    async events(count) {
      let began;
      // What comes first is the session as it is.
      let left = count + 1;
      for await (const _ of isPlain ? eventsByHand(teller) : eventsByPackage(teller)) {
        began ??= performance.now();
        if (--left === 0) break;
      }
      return began;
    },
  };
}

const made = driver(...process.argv.slice(2));
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [what, count] = line.split(" ");
  const began = await made[what](Number(count));
  console.log(((performance.now() - began) * 1000) / Number(count));
}
process.exit(0);
