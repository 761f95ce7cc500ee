// SPDX-License-Identifier: Apache-2.0

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import path from "node:path";
import readline from "node:readline";

import { Client } from "sessiond";

const PACKAGE = fileURLToPath(new URL("../../..", import.meta.url));
const PROGRAMS = process.env.SESSIOND_BIN_DIR ?? path.join(PACKAGE, ".build/debug");

export const ANNA = { email: "anna@example.com" };
export const PASSWORD = "anna's";

/** What random tests begin with. */
export const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_007);

/** Random numbers below one, by mulberry32. */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What a test has opened: closed at its end, in the other order. */
export class Scope {
  #closers = [];

  constructor(test) {
    test.after(async () => {
      for (const close of this.#closers.reverse()) await close();
    });
  }

  add(close) {
    this.#closers.push(close);
  }

  folder() {
    const folder = mkdtempSync(path.join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), "sd-"));
    this.add(() => rmSync(folder, { recursive: true }));
    return folder;
  }

  client(socket, options) {
    const client = new Client({ socket, ...options });
    this.add(() => client.close());
    return client;
  }

  /** A real daemon that runs, with an account. */
  async daemon(settings = "") {
    const daemon = new Daemon(this.folder(), settings);
    this.add(() => daemon.stop("SIGKILL"));
    await daemon.start();
    return daemon;
  }

  /** A daemon that does what a function of the connection's number, the request and a way to send says. */
  async scripted(answer) {
    const socket = path.join(this.folder(), "s");
    const peers = new Set();
    let number = 0;
    const server = net.createServer((peer) => {
      const mine = number++;
      peers.add(peer);
      peer.on("error", () => {}).on("close", () => peers.delete(peer));
      const send = (...messages) => {
        const text = messages.map((each) => JSON.stringify({ jsonrpc: "2.0", ...each }) + "\n").join("");
        if (peer.writable) peer.write(text);
      };
      readline.createInterface({ input: peer })
        .on("error", () => {}).on("line", (line) => answer(mine, JSON.parse(line), send, peer));
    });
    await once(server.listen(socket), "listening");
    this.add(() => {
      for (const peer of peers) peer.destroy();
      server.close();
    });
    return socket;
  }
}

class Daemon {
  #folder;
  #process = null;

  constructor(folder, settings) {
    this.#folder = folder;
    this.socket = path.join(folder, "s");
    const hashing = ["passwd", "-6", "-salt", "rounds=1000$saltsalt", "-stdin"];
    const { stdout } = spawnSync("openssl", hashing, { input: PASSWORD });
    writeFileSync(path.join(folder, "accounts"), `${ANNA.email}:${stdout}`, { mode: 0o600 });
    writeFileSync(path.join(folder, "conf"), `[Local]\nAccountsFile=${folder}/accounts\n${settings}`);
  }

  async start() {
    const state = path.join(this.#folder, "state");
    spawnSync("mkdir", ["-p", "-m", "700", state]);
    this.#process = spawn(
      path.join(PROGRAMS, "sessiond"),
      ["--socket", this.socket, "--state-directory", state, "--config", path.join(this.#folder, "conf")],
      { stdio: ["ignore", "ignore", "pipe"] });
    for await (const line of readline.createInterface({ input: this.#process.stderr })) {
      if (line.endsWith("ready")) break;
    }
    this.#process.stderr.resume();
  }

  async stop(signal = "SIGTERM") {
    const ended = this.#process;
    this.#process = null;
    if (!ended || ended.exitCode !== null) return;
    ended.kill(signal);
    await once(ended, "exit");
  }

  signal(signal) {
    this.#process.kill(signal);
  }
}

/** What a program that is given by its text prints, and how it ends; it has `client`. */
export async function run(socket, text) {
  const source = `import { Client } from "sessiond"; const client = new Client(); ${text}`;
  const program = spawn(
    process.execPath, ["--input-type=module", "--eval", source],
    { timeout: 60_000, cwd: fileURLToPath(new URL(".", import.meta.url)), stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, SESSIOND_SOCKET: socket } });
  program.stdout.setEncoding("utf8");
  let output = "";
  program.stdout.on("data", (each) => (output += each));
  const [status] = await once(program, "close");
  return { status, output };
}

export const STATUS = (generation = 7) => ({
  state: "anonymous", uuid: "345d4c8f-5aff-591d-a19c-1ca48923d9ee", uuidOrigin: "generated", signedIn: false,
  signedInViaSimpleAuthentication: false, tokenState: "valid", generation,
  authority: { kind: "local", reachable: true }, store: { sealed: true, state: "ok" },
});

export const HELLO = { protocol: 1, server: "sessiond/9.9.9", features: [], capabilities: [] };

export const event = (sequence, kind = "identityChanged", generation = 7) => ({
  method: "session.event", params: { sequence, generation, kind, status: STATUS(generation) },
});
