// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import { SessiondError } from "sessiond";

import { event, HELLO, random, Scope, SEED, STATUS } from "./daemon.js";

const CALLS = Number(process.env.FUZZ_CALLS ?? 2000);

/** A daemon that answers, late, in pieces, twice or not, and closes connections whenever it likes; it counts. */
function unruly(pick) {
  const executed = new Map();
  let sequence = 0;
  let isRuly = false;
  const answer = (number, { id, method, params }, send, peer) => {
    const late = (act) => (isRuly || pick(3) ? act() : setTimeout(act, pick(5)));
    if (!isRuly && !pick(40)) return peer.destroy();
    if (method === "daemon.hello") return late(() => send({ id, result: { ...HELLO, features: ["signInRequest"] } }));
    if (method === "session.watch") {
      const resumed = params.since === sequence;
      return send({ id, result: { snapshot: STATUS(sequence), sequence, resumed } });
    }
    if (method === "session.setIdentity") {
      executed.set(params.customIdentifier, (executed.get(params.customIdentifier) ?? 0) + 1);
      sequence++;
    }
    late(() => {
      if (!peer.writable) return;
      if (!isRuly && !pick(60)) return peer.end();
      if (!isRuly && !pick(300)) return peer.write("what?\n");
      if (!isRuly && !pick(50)) return;
      const result = { ...STATUS(sequence), customIdentifier: params?.customIdentifier };
      const data = { name: pick(2) ? "shuttingDown" : "busy", retryable: true };
      const ending = isRuly || pick(30) ? { result } : { error: { code: -32017, message: "no", data } };
      const text = JSON.stringify({ jsonrpc: "2.0", id, ...ending });
      const at = pick(text.length);
      peer.write(text.slice(0, at));
      peer.write(text.slice(at) + "\n");
      if (method === "session.setIdentity") send(event(sequence, "identityChanged", sequence));
    });
  };
  return { executed, answer, calm: () => (isRuly = true), get sequence() { return sequence; } };
}

test(`whatever the daemon does, each call ends once, and no change is made twice: FUZZ_SEED=${SEED}`, async (t) => {
  const scope = new Scope(t);
  const pick = random(SEED);
  const daemon = unruly(pick);
  const client = scope.client(await scope.scripted(daemon.answer));
  const following = new AbortController();
  const generations = [];
  const followed = (async () => {
    for await (const change of client.changes({ signal: following.signal })) {
      if (change.status) generations.push(change.status.generation);
      if (!pick(20)) await new Promise((resolve) => setTimeout(resolve, pick(20)));
    }
  })();
  const ended = new Map();
  const calls = [];
  for (let number = 0; number < CALLS; number++) {
    const label = `label-${number}`;
    const canceller = new AbortController();
    const options = { signal: canceller.signal, timeoutSeconds: pick(10) ? 2 : 0.01 };
    const call = pick(2) ? client.setIdentity({ customIdentifier: label }, options) : client.status(options);
    calls.push(call.then(
      (answer) => ended.set(label, answer),
      (error) => {
        assert.ok(error instanceof SessiondError, error);
        ended.set(label, error.name);
      }));
    if (!pick(20)) setTimeout(() => canceller.abort(), pick(10));
    if (!pick(5)) await new Promise((resolve) => setTimeout(resolve, pick(3)));
  }
  await Promise.all(calls);
  assert.equal(ended.size, CALLS);
  for (const [label, count] of daemon.executed) assert.equal(count, 1, label);
  for (const [label, answer] of ended) {
    if (answer.customIdentifier === undefined) continue;
    assert.equal(answer.customIdentifier, label);
    assert.equal(daemon.executed.get(label), 1);
  }
  // Each way to end has been seen, or this proves little.
  const names = new Set([...ended.values()].filter((each) => typeof each === "string"));
  for (const name of ["cancelled", "connectionLost", "busy", "malformedAnswer"]) {
    assert.ok(names.has(name), `${name} is not among ${[...names]}`);
  }
  // And when it has come to rest all goes on, and who follows sees the session as it is.
  daemon.calm();
  for (let number = 0; number < 100; number++) assert.equal((await client.status()).generation, daemon.sequence);
  await client.setIdentity({ customIdentifier: "last" });
  while (generations.at(-1) !== daemon.sequence) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(generations, [...generations].sort((one, other) => one - other));
  following.abort();
  await followed;
});
