// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import { CAPACITY } from "../changes.js";
import { ANNA, event, HELLO, PASSWORD, Scope, STATUS } from "./daemon.js";

const told = ({ cause, event, error }) => event?.kind ?? (error ? `${cause} ${error.name}` : cause);

async function next(changes) {
  const { value, done } = await changes.next();
  return done ? null : value;
}

test("another app's changes are told, over restarts, to each who follows", async (t) => {
  const scope = new Scope(t);
  const daemon = await scope.daemon();
  const [app, other] = [scope.client(daemon.socket), scope.client(daemon.socket)];
  await other.retrieveToken();
  const followers = [app.changes(), app.changes()];
  for (const changes of followers) assert.equal(told(await next(changes)), "snapshot");
  const { generation } = await other.signIn(ANNA, PASSWORD);
  for (const changes of followers) {
    let change;
    do change = await next(changes); while (told(change) !== "signedIn");
    assert.equal(change.status.login, ANNA.email);
    assert.equal(change.status.generation, generation);
  }
  await daemon.stop("SIGKILL");
  for (const changes of followers) assert.equal(told(await next(changes)), "interrupted unreachable");
  await daemon.start();
  await other.destroy();
  for (const changes of followers) {
    let change;
    do change = await next(changes); while (change.status.generation <= generation);
    assert.equal(change.status.signedIn, false);
  }
});

test("an app that takes its time is told all that the daemon keeps, in order", async (t) => {
  const scope = new Scope(t);
  const { socket } = await scope.daemon();
  const client = scope.client(socket);
  await client.retrieveToken();
  const changes = client.changes();
  await next(changes);
  // More than wait here, and fewer than the daemon keeps.
  const labels = Array.from({ length: CAPACITY + 100 }, (_, number) => `label-${number}`);
  // While nobody takes them calls go on.
  for (const customIdentifier of labels) await client.setIdentity({ customIdentifier });
  for (const label of labels) {
    const change = await next(changes);
    assert.equal(told(change), "identityChanged");
    assert.equal(change.status.customIdentifier, label);
  }
  // And of more it is told what they came to.
  for (let number = 0; number < 400; number++) await client.setIdentity({ customIdentifier: `more-${number}` });
  for (let number = 0; number < CAPACITY; number++) {
    assert.equal((await next(changes)).status.customIdentifier, `more-${number}`);
  }
  const gap = await next(changes);
  assert.equal(told(gap), "gap");
  assert.equal(gap.previous.customIdentifier, `more-${CAPACITY - 1}`);
  assert.equal(gap.status.customIdentifier, "more-399");
});

test("who listens is told a burst as a whole", async (t) => {
  const scope = new Scope(t);
  const count = 5000;
  let watches = 0;
  const socket = await scope.scripted((_, { id, method }, send) => {
    if (method === "daemon.hello") send({ id, result: HELLO });
    if (method !== "session.watch") return;
    watches++;
    send({ id, result: { snapshot: STATUS(), sequence: 0, resumed: false } },
      ...Array.from({ length: count }, (_, number) => event(number + 1)));
  });
  let seen = 0;
  for await (const { event } of scope.client(socket).changes()) {
    if (event) assert.equal(event.sequence, ++seen);
    if (seen === count) break;
  }
  assert.equal(watches, 1);
});

test("a right that is taken away is told, and asked for again", async (t) => {
  const scope = new Scope(t);
  const asked = [];
  const socket = await scope.scripted((number, { id, method, params }, send) => {
    if (method === "daemon.hello") return send({ id, result: HELLO });
    asked.push(params?.since);
    send({ id, result: { snapshot: STATUS(), sequence: 10, resumed: asked.length > 1 } });
    if (asked.length === 1) send({ method: "session.event", params: { sequence: 10, generation: 7, kind: "revoked" } });
  });
  const changes = scope.client(socket).changes();
  const seen = [await next(changes), await next(changes), await next(changes)].map(told);
  assert.deepEqual(seen, ["snapshot", "interrupted permissionDenied", "resumed"]);
  assert.deepEqual(asked, [undefined, 10]);
});

test("it ends by its signal, by a loop that is left, and by the client, and calls go on", async (t) => {
  const scope = new Scope(t);
  const { socket } = await scope.daemon();
  const client = scope.client(socket);
  const canceller = new AbortController();
  const seen = [];
  for await (const change of client.changes({ signal: canceller.signal })) {
    seen.push(told(change));
    canceller.abort();
  }
  assert.deepEqual(seen, ["snapshot"]);
  for await (const change of client.changes()) {
    assert.equal(told(change), "snapshot");
    break;
  }
  assert.equal(await next(client.changes({ signal: AbortSignal.abort() })), null);
  const changes = client.changes();
  await next(changes);
  await client.touch();
  const waiting = [changes.next(), changes.next()];
  client.close();
  for (const each of waiting) assert.equal((await each).done, true);
  assert.equal(await next(client.changes()), null);
});
