// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import test from "node:test";

import { ANSWER_BYTES, LineReader, Malformed, parsed } from "../lines.js";
import { random, SEED } from "./daemon.js";

const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 2000);

const PIECES = [
  "\n", "\r\n", "\n\n", " ", "{", "}", "[", "]", ",", ":", '"', "\\", "\\u0000", "\\ud83d", "null", "true", "-1",
  "1e999", "9007199254740993", '"jsonrpc":"2.0"', '"id":1', '"id":null', '"id":"x"', '"result":{}', '"result":null',
  '"error":{"code":-1,"message":"x"}', '"error":{}', '"error":7', '"method":"session.event"', '"__proto__":{"a":1}',
  '{"jsonrpc":"2.0","id":1,"result":{}}\n', '{"jsonrpc":"2.0","id":2,"error":{"code":-32004,"message":"no"}}\n',
  '{"jsonrpc":"2.0","method":"a","params":[]}\n', "ü", "🛒", "\ufffd", "\ufeff",
];

function noise(pick) {
  const parts = Array.from({ length: pick(40) }, () =>
    pick(5) ? Buffer.from(PIECES[pick(PIECES.length)]) : Buffer.from([pick(256), pick(256)]));
  return Buffer.concat(parts);
}

/** All that a reader makes of bytes that come in pieces: lines, and how it ended. */
function read(chunks) {
  const reader = new LineReader();
  const lines = [];
  try {
    for (const chunk of chunks) {
      reader.feed(chunk);
      for (let line; (line = reader.next()) !== null; ) lines.push(line);
    }
  } catch (error) {
    assert.ok(error instanceof Malformed, error);
    lines.push(error.message);
  }
  return lines;
}

function chopped(bytes, pick) {
  const chunks = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + pick(pick(3) ? 8 : 80));
    // A copy: the reader's, and gone when it is used up.
    chunks.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  return chunks;
}

test(`random bytes in random pieces are the same lines: FUZZ_SEED=${SEED} FUZZ_ROUNDS=${ROUNDS}`, () => {
  for (let round = 0; round < ROUNDS; round++) {
    const pick = random(SEED + round);
    const bytes = noise(pick);
    const whole = read([bytes]);
    assert.deepEqual(read(chopped(bytes, pick)), whole, `FUZZ_SEED=${SEED + round} FUZZ_ROUNDS=1`);
    // And as another reader would have them, up to the first that is no UTF-8.
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const expected = [];
    let end;
    for (let at = 0; (end = bytes.indexOf(10, at)) >= 0; at = end + 1) {
      let line = bytes.subarray(at, end);
      if (line.at(-1) === 13) line = line.subarray(0, -1);
      if (line.length === 0) continue;
      try {
        expected.push(decoder.decode(line));
      } catch {
        expected.push("the line is not UTF-8");
        break;
      }
    }
    assert.deepEqual(whole, expected, `FUZZ_SEED=${SEED + round} FUZZ_ROUNDS=1`);
    for (const line of whole) {
      try {
        const answer = parsed(line);
        assert.ok("result" in answer || answer.error?.name || typeof answer.method === "string");
      } catch (error) {
        assert.ok(error instanceof Malformed, `FUZZ_SEED=${SEED + round} FUZZ_ROUNDS=1: ${error.stack}`);
      }
    }
  }
});

test("a line has at most 4 MiB, however it comes", () => {
  const longest = Buffer.alloc(ANSWER_BYTES, "x");
  longest[ANSWER_BYTES - 1] = 10;
  assert.equal(read([longest])[0].length, ANSWER_BYTES - 1);
  assert.equal(read([longest.subarray(0, 70_000), longest.subarray(70_000)])[0].length, ANSWER_BYTES - 1);
  const reader = new LineReader();
  for (let count = 0; count < ANSWER_BYTES - 65_536; count += 65_536) {
    reader.feed(Buffer.alloc(65_536, "x"));
    assert.equal(reader.next(), null);
  }
  reader.feed(Buffer.alloc(65_536, "x"));
  assert.throws(() => reader.next(), Malformed);
});
