#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Uses the customer session of the device.
//
// session.mjs token      prints whose token there is, and until when it lives
// session.mjs watch      prints who the customer is, now and whenever that changes, until it is interrupted
// session.mjs sign-in    signs a customer in at an OpenID provider: prints the address and the code that they need, or the
//                        address for a browser, whose last address it then reads; interrupted, it gives that up
//
// SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.

import { once } from "node:events";
import readline from "node:readline";

import { Client, SessiondError } from "sessiond";

// How long a call may take, in seconds.
const deadline = 10;

const session = new Client({ timeoutSeconds: deadline, client: "session.mjs" });

async function token() {
  const answer = await session.retrieveToken({ minimumValiditySeconds: 60 });
  // answer.token.value is what goes into the header `Authorization: Bearer …`; printed, answer.token is [redacted].
  console.log(answer.uuid, answer.expiresAt);
}

async function watch() {
  let last;
  // It goes on over restarts of the daemon by itself.
  for await (const { status, error } of session.changes()) {
    if (error) console.error(`session.mjs: ${error.message}`);
    if (!status) continue;
    const view = `${status.state} ${status.uuid} ${status.generation}`;
    if (view !== last) console.log(view);
    last = view;
  }
}

async function signIn() {
  const { attempt, authorizationURL, verificationURI, userCode } = await session.beginSignIn();
  // Interrupted: nobody is there any more to tell how it ends.
  process.once("SIGINT", () => session.cancelSignIn({ attempt }).finally(() => process.exit(1)));
  if (authorizationURL) {
    // An app shows it in a web view, and has the address from that which the customer is sent back to.
    console.log(authorizationURL.value);
    const input = readline.createInterface({ input: process.stdin });
    const [callbackURL] = await once(input, "line");
    input.close();
    try {
      await session.completeSignIn(callbackURL, { attempt });
    } catch (error) {
      await session.cancelSignIn({ attempt });
      throw error;
    }
  } else {
    console.log(`${verificationURI.value} ${userCode.value}`);
  }
  // It goes on by itself, over restarts of the daemon too, which asks the provider.
  for await (const { status } of session.changes()) {
    if (!status || status.pendingSignIn?.attempt === attempt) continue;
    console.log(status.state);
    process.exit(status.signedIn ? 0 : 1);
  }
}

// Where nobody reads any more what it prints, there is nothing left to do.
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 1));

const command = { token, watch, "sign-in": signIn }[process.argv[2]];
if (!command || process.argv.length !== 3) {
  console.error("usage: session.mjs token|watch|sign-in");
  process.exit(64);
}
try {
  await command();
} catch (error) {
  if (!(error instanceof SessiondError)) throw error;
  console.error(`session.mjs: ${error.message}`);
  process.exit(1);
}
