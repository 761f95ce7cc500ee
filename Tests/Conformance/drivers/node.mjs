// SPDX-License-Identifier: Apache-2.0
//
// DRIVER SOCKET: uses the library for Node as an app would: ../README.md.

import readline from "node:readline";

import { Client, Secret } from "../../../Libraries/javascript/index.js";

const client = new Client({ socket: process.argv[2], client: "conformance" });
const cancels = new Map();

const write = (message) => process.stdout.write(JSON.stringify(message) + "\n");
const revealed = (value) => (value instanceof Secret ? value.value : value);

/** An answer with its members as on the wire. */
function answer(method, value) {
  if (method === "cancelSignIn") return { cancelled: value };
  if (value === undefined || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, revealed(each)]));
}

const error = ({ name, retryable, retryAfterSeconds, message }) => ({ name, retryable, retryAfterSeconds, message });

const POSITIONS = {
  signIn: ({ email, password, ...others }) => [{ email }, password, others],
};

async function call(id, method, { _deadlineSeconds: timeoutSeconds, ...given }, signal) {
  const options = { ...given, timeoutSeconds, signal };
  try {
    const value = await client[method](...(POSITIONS[method]?.(options) ?? [options]));
    write({ id, answer: answer(method, value) });
  } catch (failure) {
    write({ id, error: error(failure) });
  }
}

async function follow(id, signal) {
  for await (const change of client.changes({ signal })) {
    write({
      id,
      change: {
        cause: change.event?.kind ?? change.cause,
        generation: change.status?.generation ?? null,
        isOtherCustomer: change.isOtherCustomer,
        error: change.error && error(change.error),
      },
    });
  }
  write({ id, ended: true });
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  if (asked.cancel !== undefined) {
    cancels.get(asked.cancel).abort();
    continue;
  }
  const canceller = new AbortController();
  cancels.set(asked.id, canceller);
  if (asked.changes) follow(asked.id, canceller.signal);
  else call(asked.id, asked.call, asked.options ?? {}, canceller.signal);
}
// Whatever is under way.
process.exit(0);
