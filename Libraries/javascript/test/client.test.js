// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import util from "node:util";

import { Client, Secret, SessiondError } from "sessiond";

import { ANNA, HELLO, PASSWORD, run, Scope, STATUS } from "./daemon.js";

const named = (name, members = {}) => (error) => {
  assert.ok(error instanceof SessiondError && error instanceof Error, util.inspect(error));
  assert.equal(error.name, name);
  for (const [member, value] of Object.entries(members)) assert.deepEqual(error[member], value);
  return true;
};

test("every method of the page's interface and the rest, at a real daemon", async (t) => {
  const scope = new Scope(t);
  const { socket } = await scope.daemon();
  const client = scope.client(socket, { client: "till/1.0" });
  const before = await client.status();
  assert.equal(await client.getUUID(), before.uuid);
  const hello = await client.hello();
  assert.equal(hello.protocol, 1);
  assert.ok(hello.capabilities.includes("session.write"));
  const token = await client.retrieveToken({ minimumValiditySeconds: 60, allowStale: true });
  assert.equal(token.uuid, before.uuid);
  assert.equal((await client.refreshToken()).uuid, before.uuid);
  await assert.rejects(client.retrieveToken({ requireSignedIn: true }), named("notSignedIn", { retryable: false }));
  await assert.rejects(client.signIn(ANNA, "wrong"), named("authorityRejected"));
  const signedIn = await client.signIn(ANNA, new Secret(PASSWORD), { authID: "anna" });
  assert.equal(signedIn.login, ANNA.email);
  assert.equal(await client.getUUIDForAuthentication({ authID: "anna" }), signedIn.uuid);
  await assert.rejects(client.regenerateUUID({ clientIdentifier: "x" }), named("notAnonymous"));
  assert.equal(await client.touch(), undefined);
  assert.equal((await client.setIdentity({ customEmail: "a@b.example" })).customEmail, "a@b.example");
  assert.equal((await client.setIdentity({ customEmail: null })).customEmail, undefined);
  await assert.rejects(
    client.setIdentity({ customEmail: "x" }, { ifGeneration: 1 }),
    named("generationMismatch", { data: { generation: signedIn.generation } }));
  assert.equal((await client.signOut()).changed, true);
  assert.equal((await client.signIn(ANNA, PASSWORD, { conditional: true })).condition, "SUCCESS");
  assert.ok((await client.destroy()).generation > signedIn.generation);
  const simple = await client.simpleAuthenticate({ customID: "anna" }, "anna");
  assert.equal(simple.state, "simple");
  assert.equal(await client.pendingSignIn(), null);
  assert.equal(await client.cancelSignIn(), false);
  await assert.rejects(client.beginSignIn({ method: "device" }), named("unsupported"));
  await assert.rejects(client.profile(), named("unsupported"));
  await assert.rejects(client.changeAPIKey("key"), named("unsupported"));
  await assert.rejects(client.authenticate("GOOGLE", new Secret("x")), SessiondError);
  await assert.rejects(client.completeSignIn("https://a.example/?x=y", { attempt: "a" }), SessiondError);
  await assert.rejects(client.deleteAccount(PASSWORD), SessiondError);
  await assert.rejects(
    client.authenticateWithToken({ token: "x", expiresAt: "2030-01-01T00:00:00Z", origin: "OAUTH", uuid: simple.uuid }),
    SessiondError);
  assert.match((await client.info()).server, /^sessiond\//);
  assert.equal((await client.health()).ready, true);
  assert.match((await client.metrics()).text, /# EOF/);
  assert.equal(await client.setLogLevel("debug"), undefined);
  assert.deepEqual((await client.reload({ dryRun: true })).applied, []);
  assert.equal((await client.discover()).info.title, "sessiond");
  assert.equal((await client.call("session.getUUID")).uuid, simple.uuid);
  await assert.rejects(
    client.status({ minimumValidity: 1 }), named("invalidParams", { data: { member: "minimumValidity",
      reason: "is not a parameter of this method" } }));
});

test("a secret shows nothing of itself but by its value", async (t) => {
  const scope = new Scope(t);
  const { socket } = await scope.daemon();
  const answer = await scope.client(socket).retrieveToken();
  const { value } = answer.token;
  assert.match(value, /^eyJ/);
  const shown = [
    `${answer.token}`, "" + answer.token, String(answer.token), JSON.stringify(answer),
    util.format("%s %o %j", answer.token, answer, answer),
    util.inspect(answer, { showHidden: true, depth: 9, customInspect: false }),
    JSON.stringify(Object.entries(answer.token)), Object.getOwnPropertyNames(answer.token).join(), util.inspect(answer),
    JSON.stringify(structuredClone({ token: answer.token })),
  ];
  for (const text of shown) assert.ok(!text.includes(value) && !text.includes("eyJ"), text);
  assert.equal(`${answer.token}`, "[redacted]");
  assert.throws(() => new Secret(7), TypeError);
});

test("no error shows what it was asked with or what was answered", async (t) => {
  const scope = new Scope(t);
  const socket = await scope.scripted((_, { id, method }, send, peer) => {
    if (method === "daemon.hello") send({ id, result: HELLO });
    else peer.write(`{"jsonrpc":"2.0","id":${id},"result":{"token":"hidden" oops\n`);
  });
  const client = scope.client(socket);
  await assert.rejects(client.retrieveToken(), (error) => {
    assert.equal(error.name, "malformedAnswer");
    return !util.inspect(error, { depth: 9, showHidden: true }).includes("hidden");
  });
});

test("what cannot be right is refused before anything is sent", async (t) => {
  const scope = new Scope(t);
  const client = scope.client("/nowhere");
  assert.throws(() => new Client({ timeout: 5 }), /Client has no option timeout/);
  assert.throws(() => new Client({ timeoutSeconds: 0 }), TypeError);
  assert.throws(() => new Client({ client: "" }), TypeError);
  for (const path of ["", "a\0b", "/" + "x".repeat(107)]) {
    assert.throws(() => new Client({ socket: path }), named("invalidSocketPath"));
  }
  await assert.rejects(client.status({ timeoutSeconds: "5" }), TypeError);
  await assert.rejects(client.call("session.status", 5), TypeError);
  await assert.rejects(client.setIdentity({ customEmail: "\ud800" }), named("invalidParams"));
  await assert.rejects(client.setIdentity({ customEmail: 1n }), TypeError);
  await assert.rejects(client.setIdentity({ customEmail: "x".repeat(65_536) }), named("requestTooLarge"));
});

test("a path comes from the environment, where none is given", async (t) => {
  const scope = new Scope(t);
  const { socket } = await scope.daemon();
  const text = "console.log(client.socket, (await client.retrieveToken()).origin)";
  assert.deepEqual(await run(socket, text), { status: 0, output: `${socket} ANONYMOUS\n` });
});

test("without a daemon a call says so, and what to do", async (t) => {
  const client = new Scope(t).client("/tmp/there-is-none");
  await assert.rejects(client.status(), (error) => {
    assert.match(error.message, /^sessiond is not running: there is no socket \/tmp\/there-is-none$/);
    assert.equal(error.hint, "start it: sessiond --socket /tmp/there-is-none");
    return named("unreachable", { retryable: true })(error) && error.cause.code === "ENOENT";
  });
});

test("a signal ends a call, whatever it waits for, and is let go of", async (t) => {
  const scope = new Scope(t);
  const daemon = await scope.daemon();
  const client = scope.client(daemon.socket);
  const canceller = new AbortController();
  await client.status({ signal: canceller.signal });
  assert.equal(getEventListeners(canceller.signal, "abort").length, 0);
  daemon.signal("SIGSTOP");
  const calls = [client.status({ signal: canceller.signal }), client.signOut({ signal: canceller.signal })];
  canceller.abort(new Error("enough"));
  for (const { status, reason } of await Promise.allSettled(calls)) {
    assert.equal(status, "rejected");
    assert.ok(named("cancelled")(reason) && reason.cause.message === "enough");
  }
  assert.equal(getEventListeners(canceller.signal, "abort").length, 0);
  await assert.rejects(client.status({ signal: AbortSignal.abort() }), named("cancelled"));
  await assert.rejects(client.status({ timeoutSeconds: 0.05 }), named("timedOut", { retryable: true }));
  await assert.rejects(client.signOut({ timeoutSeconds: 0.05 }), named("timedOut", { retryable: false }));
  const closing = client.status();
  client.close();
  await assert.rejects(closing, named("closed"));
  await assert.rejects(client.status(), named("closed"));
});

test("what the daemon said before it closed a connection counts, though nothing can be written there", async (t) => {
  const scope = new Scope(t);
  const folder = scope.folder();
  const socket = path.join(folder, "s");
  const answers = [HELLO, { uuid: STATUS().uuid, generation: 8, durable: true }, STATUS()];
  // Another process: it answers and closes while this one is busy.
  const daemon = spawn("python3", ["-c", `
import json, pathlib, socket, sys
def answers(lines, peer, *results):
    for result in results:
        request = json.loads(lines.readline())
        answer = {"jsonrpc": "2.0", "id": request["id"], "result": result}
        peer.sendall(json.dumps(answer).encode() + b"\\n")
hello, change, status = map(json.loads, sys.argv[2:])
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print("listens", flush=True)
peer, _ = listener.accept()
lines = peer.makefile()
answers(lines, peer, hello, status, change)
lines.close()
peer.close()
pathlib.Path(sys.argv[1] + "-closed").touch()
peer, _ = listener.accept()
answers(peer.makefile(), peer, hello, status)
`, socket, ...answers.map((each) => JSON.stringify(each))],
  { stdio: ["ignore", "pipe", "inherit"] });
  scope.add(() => daemon.kill());
  await once(daemon.stdout, "data");
  const client = scope.client(socket);
  await client.status();
  const change = client.destroy();
  // It is sent at the end of this turn; then nothing is read here until the connection is closed.
  await null;
  while (!existsSync(`${socket}-closed`));
  const next = client.status();
  assert.equal((await change).generation, 8);
  assert.equal((await next).generation, 7);
});

test("a process ends by itself when it waits for nothing, and waits for what it asks", async (t) => {
  const scope = new Scope(t);
  const { socket } = await scope.daemon();
  for (const [text, expected] of [
    ["console.log((await client.retrieveToken()).origin)", "ANONYMOUS"],
    // The connection stays, and a watch on it.
    ["for await (const { cause } of client.changes()) { console.log(cause); break; }", "snapshot"],
    ["const changes = client.changes(); console.log((await changes.next()).value.cause)", "snapshot"],
    ["const a = client.changes(), b = client.changes(); await a.next();" +
      "console.log((await b.next()).value.cause)", "snapshot"],
    ["const changes = client.changes(); await changes.next();" +
      "setTimeout(() => client.setIdentity({ customEmail: 'a@b.c' }), 50);" +
      "console.log((await changes.next()).value.event.kind)", "identityChanged"],
  ]) assert.deepEqual(await run(socket, text), { status: 0, output: `${expected}\n` }, text);
});

test("a thousand calls at once have their answers", async (t) => {
  const scope = new Scope(t);
  const { socket } = await scope.daemon();
  const client = scope.client(socket);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => client.status()));
  assert.equal(new Set(answers.map(({ uuid }) => uuid)).size, 1);
});

test("changes apply in the order in which they were called", async (t) => {
  const scope = new Scope(t);
  const { socket } = await scope.daemon();
  const client = scope.client(socket);
  const labels = Array.from({ length: 50 }, (_, number) => `label-${number}`);
  const answers = await Promise.all(labels.map((customIdentifier) => client.setIdentity({ customIdentifier })));
  assert.deepEqual(answers.map(({ customIdentifier }) => customIdentifier), labels);
});

test("a daemon that speaks another version is refused as a whole", async (t) => {
  const scope = new Scope(t);
  const socket = await scope.scripted((_, { id, method }, send) => {
    if (method !== "daemon.hello") return;
    const data = { name: "versionUnsupported", retryable: false, supported: [2] };
    send({ id, error: { code: -32019, message: "no", data } });
  });
  await assert.rejects(scope.client(socket).status(), named("versionUnsupported", { data: { supported: [2] } }));
});

test("after a change whose outcome nobody knows the session is told as it is", async (t) => {
  const scope = new Scope(t);
  const socket = await scope.scripted((_, { id, method }, send, peer) => {
    if (method === "daemon.hello") send({ id, result: HELLO });
    else if (method === "session.status") send({ id, result: STATUS(9) });
    else peer.destroy();
  });
  await assert.rejects(scope.client(socket).signOut(), (error) =>
    named("connectionLost", { retryable: false })(error) && error.status.generation === 9);
});
