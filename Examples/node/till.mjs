#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// A till in a terminal: who the customer is, their sign-in, and what is sold to them.
//
// It prints each change of the customer, whoever made it, and counts down where the session is about to end. It does what
// is typed, and takes each line as a sign that the customer is there:
//
//   in EMAIL    signs a customer in; the password is the next line
//   phone       has them sign in with their phone, where the daemon's authority is an OpenID provider
//   cancel      gives that up
//   pay         gets the token that a payment would be made with
//   out         signs the customer out
//   quit
//
// SESSIOND_SOCKET names the daemon's socket; without it, it is where an installed daemon has it.

import readline from "node:readline";
import { setTimeout as pauseFor } from "node:timers/promises";

import { Client, Secret, SessiondError } from "sessiond";

// How long a call may take, in seconds; how often one is made that may succeed later, and how long it waits for that.
const deadline = 10;
const attempts = 3;
const longestPause = 5;

const session = new Client({ timeoutSeconds: deadline, client: "till.mjs" });

/** Makes a call again that may succeed later: when the daemon says so, or after a pause. */
async function patiently(call) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const pause = error.retryAfterSeconds ?? 2 ** (attempt - 1);
      if (!error.retryable || attempt === attempts || pause > longestPause) throw error;
      console.log(`once more in ${pause} s: ${error.message}`);
      await pauseFor(pause * 1000);
    }
  }
}

/** The seconds that are left of the session, on the screen. */
const countdown = {
  timer: undefined,

  begin(seconds) {
    this.end();
    const endsAt = performance.now() + seconds * 1000;
    const show = () => {
      const left = Math.max(Math.round((endsAt - performance.now()) / 1000), 0);
      console.log(`the session ends in ${left} s: press Enter to go on`);
    };
    show();
    this.timer = setInterval(show, 1000);
  },

  end() {
    clearInterval(this.timer);
  },
};

/** An error as people read it, with what to do about it. */
const shown = (error) => `! ${error}${error.hint ? ` (${error.hint})` : ""}`;

function take({ cause, event, error, status, isOtherCustomer }) {
  if (isOtherCustomer) {
    // What belongs to the last customer goes, whatever has happened: basket, name, forms.
    countdown.end();
    console.log("-- an empty basket --");
  }
  if (error) console.log(shown(error));
  const what = event?.kind ?? cause;
  if (what === "signInEnded") console.log(`the sign-in is over: ${event.outcome}`);
  if (status && what !== "tokenRefreshed") console.log(`${what}: ${status.login ?? "nobody is signed in"}`);
  if (what === "expiringSoon") countdown.begin(event.atSeconds);
  if (what === "expiringSoonWithdrawn") countdown.end();
}

const commands = {
  async in([email], nextLine) {
    if (!email) return console.log("in EMAIL");
    // Not made again by itself where it fails: the customer has to type their password anyway.
    await session.signIn({ email }, new Secret(await nextLine()));
  },

  async phone() {
    const { verificationURI, userCode } = await patiently(() => session.beginSignIn({ method: "device" }));
    // For the customer's eyes; on a real screen the address is a QR code.
    console.log(`open ${verificationURI.value} and enter ${userCode.value}`);
  },

  async cancel() {
    if (!(await session.cancelSignIn())) console.log("nobody signs in");
  },

  async pay() {
    const answer = await patiently(() => session.retrieveToken({ minimumValiditySeconds: 60, requireSignedIn: true }));
    // The header of the request to the shop: { Authorization: `Bearer ${answer.token.value}` }
    console.log(`paid by ${answer.uuid}`);
  },

  async out() {
    await session.signOut();
  },
};

const refusals = { notSignedIn: "sign in first", authorityRejected: "that is not the password" };

async function perform(line, nextLine) {
  const [name, ...words] = line.trim().split(/\s+/);
  try {
    await session.touch();
    if (Object.hasOwn(commands, name)) await commands[name](words, nextLine);
    else if (name) console.log(`${Object.keys(commands).join(", ")} or quit`);
  } catch (error) {
    if (!(error instanceof SessiondError)) throw error;
    console.log(refusals[error.name] ?? shown(error));
  }
}

async function main() {
  const leaving = new AbortController();
  const screen = (async () => {
    // On the connection that the calls are on; it goes on over restarts of the daemon by itself.
    for await (const change of session.changes({ signal: leaving.signal })) take(change);
  })();
  const typed = readline.createInterface({ input: process.stdin });
  const lines = typed[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value ?? "";
  for await (const line of lines) {
    if (line.trim() === "quit") break;
    await perform(line, nextLine);
  }
  typed.close();
  leaving.abort();
  await screen;
  countdown.end();
}

await main();
