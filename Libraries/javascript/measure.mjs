#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Measures the package beside plain Node, a socket and JSON, in one run on one core: medians of pairs.
//
//     SESSIOND_BIN_DIR=.build/release taskset -c 1 node Libraries/javascript/measure.mjs [ROUNDS]

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";

import { Client } from "./index.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PROGRAMS = process.env.SESSIOND_BIN_DIR ?? path.join(HERE, "../../.build/release");
const ROUNDS = Number(process.argv[2] ?? 40);
const CALLS = 480;
const EVENTS = 20_000;
const AT_ONCE = 16;
const PARAMS = { minimumValiditySeconds: 60 };
// A daemon that tells one who watches so many events: in a process of its own, as it would be.
const TELLER = `
import json, socket, sys
status, count = json.loads(sys.argv[2]), int(sys.argv[3])
def event(number):
    params = {"sequence": number, "generation": 1, "kind": "tokenRefreshed", "status": status}
    return json.dumps({"jsonrpc": "2.0", "method": "session.event", "params": params}, separators=(",", ":"))
events = "".join(event(number) + "\\n" for number in range(1, count + 1)).encode()
hello = {"protocol": 1, "server": "sessiond", "features": [], "capabilities": []}
answers = {"daemon.hello": hello, "session.watch": {"snapshot": status, "sequence": 0, "resumed": False}}
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(sys.argv[1])
    listener.listen()
    print(flush=True)
    while True:
        with listener.accept()[0] as connection, connection.makefile() as lines:
            for line in lines:
                request = json.loads(line)
                answer = {"jsonrpc": "2.0", "id": request["id"], "result": answers[request["method"]]}
                connection.sendall(json.dumps(answer).encode() + b"\\n")
                if request["method"] == "session.watch":
                    connection.sendall(events)
`;

/** A connection as one writes it with what Node has. */
function plain(socketPath) {
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
  const call = (method, params) => new Promise((resolve, reject) => {
    waiting.set(++id, { resolve, reject });
    socket.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n");
  });
  return { call, close: () => socket.destroy() };
}

const median = (values) => [...values].sort((one, other) => one - other)[values.length >> 1];

/** Microseconds that one of so many takes. */
async function taken(count, work) {
  const began = performance.now();
  await work();
  return ((performance.now() - began) * 1000) / count;
}

async function compare(what, count, works, rounds) {
  const pairs = [];
  for (let round = -1; round < rounds; round++) {
    const pair = [];
    for (const work of works) pair.push(await taken(count, work));
    if (round >= 0) pairs.push(pair);
  }
  const [first, second] = [0, 1].map((at) => median(pairs.map((pair) => pair[at])).toFixed(1));
  const ratio = median(pairs.map((pair) => pair[1] / pair[0])).toFixed(2);
  console.log(`${what}: plain ${first} µs, package ${second} µs, ratio ${ratio}`);
}

async function calls(socketPath) {
  const hand = plain(socketPath);
  const client = new Client({ socket: socketPath });
  const ask = [() => hand.call("session.retrieveToken", PARAMS), () => client.retrieveToken(PARAMS)];
  const inTurns = ask.map((one) => async () => {
    for (let number = 0; number < CALLS; number++) await one();
  });
  const atOnce = ask.map((one) => () => Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let number = 0; number < CALLS / AT_ONCE; number++) await one();
  })));
  await compare("one call", CALLS, inTurns, ROUNDS);
  await compare(`one of ${AT_ONCE} calls at once`, CALLS, atOnce, ROUNDS);
  const status = await client.status();
  hand.close();
  client.close();
  return status;
}

async function byHand(socketPath) {
  const socket = net.connect(socketPath);
  socket.write('{"jsonrpc":"2.0","id":1,"method":"session.watch"}\n');
  let left = EVENTS;
  for await (const line of readline.createInterface({ input: socket })) {
    const { params } = JSON.parse(line);
    if (params && params.status.generation > 0 && --left === 0) break;
  }
  socket.destroy();
}

async function byPackage(socketPath) {
  const client = new Client({ socket: socketPath });
  let left = EVENTS;
  for await (const { event, status } of client.changes()) {
    if (event && status.generation > 0 && --left === 0) break;
  }
  client.close();
}

async function main() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sd-"));
  const state = path.join(folder, "state");
  mkdirSync(state, { mode: 0o700 });
  const [daemonPath, tellerPath] = ["s", "t"].map((name) => path.join(folder, name));
  const daemon = spawn(path.join(PROGRAMS, "sessiond"), ["--socket", daemonPath, "--state-directory", state],
    { stdio: ["ignore", "ignore", "pipe"] });
  let teller;
  try {
    for await (const line of readline.createInterface({ input: daemon.stderr })) if (line.endsWith("ready")) break;
    daemon.stderr.resume();
    const status = await calls(daemonPath);
    const words = ["-c", TELLER, tellerPath, JSON.stringify(status), String(EVENTS)];
    teller = spawn("python3", words, { stdio: ["ignore", "pipe", "inherit"] });
    await once(teller.stdout, "data");
    const ways = [() => byHand(tellerPath), () => byPackage(tellerPath)];
    await compare("one event", EVENTS, ways, Math.max(ROUNDS >> 3, 1));
  } finally {
    daemon.kill();
    teller?.kill();
    rmSync(folder, { recursive: true });
  }
}

await main();
