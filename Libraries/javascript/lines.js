// SPDX-License-Identifier: Apache-2.0

import { ERRORS } from "./protocol.js";

/** The longest line of the daemon with its LF, in bytes: sessiond-protocol(7). */
export const ANSWER_BYTES = 4 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const REPLACEMENT = "\ufffd";
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What was read is no line of the daemon's. */
export class Malformed extends Error {}

/** Gathers what a socket gives, and hands it out by lines. It does no I/O. */
export class LineReader {
  #chunks = [];
  // Of the first chunk, what was handed out.
  #at = 0;
  // The beginning of a line whose end was not there yet.
  #begun = [];
  #begunBytes = 0;

  /** Takes bytes, which are the reader's from then on. */
  feed(chunk) {
    this.#chunks.push(chunk);
  }

  /** The next line that is not blank, without its LF; null where no whole one is there. */
  next() {
    for (;;) {
      const line = this.#nextBytes();
      if (line === null) return null;
      const length = line.length > 0 && line[line.length - 1] === CR ? line.length - 1 : line.length;
      if (length > 0) return text(line, length);
    }
  }

  #nextBytes() {
    while (this.#chunks.length > 0) {
      const chunk = this.#chunks[0];
      const end = chunk.indexOf(LF, this.#at);
      const piece = this.#at === 0 && end < 0 ? chunk : chunk.subarray(this.#at, end < 0 ? chunk.length : end);
      const bytes = this.#begunBytes + piece.length;
      if (bytes >= ANSWER_BYTES) throw new Malformed(`a line has more than ${ANSWER_BYTES} bytes`);
      if (end < 0 || end + 1 === chunk.length) {
        this.#chunks.shift();
        this.#at = 0;
      } else {
        this.#at = end + 1;
      }
      if (end >= 0) {
        if (this.#begunBytes === 0) return piece;
        const line = Buffer.concat([...this.#begun, piece]);
        this.#begun = [];
        this.#begunBytes = 0;
        return line;
      }
      if (piece.length > 0) this.#begun.push(piece);
      this.#begunBytes = bytes;
    }
    return null;
  }
}

function text(bytes, length) {
  const found = bytes.toString("utf8", 0, length);
  // What is no UTF-8 is replaced there. A replacement character may also have been sent as such.
  if (found.includes(REPLACEMENT)) {
    try {
      strict.decode(bytes.subarray(0, length));
    } catch {
      throw new Malformed("the line is not UTF-8");
    }
  }
  return found;
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A line as what it is: `{id, result}`, `{id, error}` with `{code, name, message, data}`, where `id` may be null, or
 * `{method, params}`.
 */
export function parsed(line) {
  let value;
  try {
    value = JSON.parse(line);
  } catch {
    // What JSON.parse says quotes the line, and with it a token.
    throw new Malformed("the line is not JSON");
  }
  if (!isObject(value) || value.jsonrpc !== "2.0") throw new Malformed("the line is not JSON-RPC 2.0");
  // One that is a text is nobody's.
  const id = Number.isSafeInteger(value.id) || typeof value.id === "string" ? value.id : null;
  if (isObject(value.error)) return { id, error: parsedError(value.error) };
  if (value.result !== undefined && value.error === undefined && id !== null) return { id, result: value.result };
  if (typeof value.method === "string") return { method: value.method, params: value.params };
  throw new Malformed("the line has neither result nor error");
}

function parsedError({ code, message, data }) {
  if (!Number.isSafeInteger(code)) throw new Malformed("an error has no code");
  if (typeof message !== "string") throw new Malformed("an error has no message");
  const { name, retryable, retryAfterSeconds, hint, ...others } = isObject(data) ? data : {};
  return {
    code,
    message,
    name: typeof name === "string" ? name : (ERRORS[code] ?? "internalError"),
    retryable: retryable === true,
    retryAfterSeconds: typeof retryAfterSeconds === "number" ? retryAfterSeconds : undefined,
    hint: typeof hint === "string" ? hint : undefined,
    data: others,
  };
}

/** Fails unless a value has what it must have, by pairs of a name and a type. */
export function check(value, required, what) {
  if (!isObject(value)) throw new Malformed(`${what} is no object`);
  for (const pair of required) {
    const name = pair[0];
    const expected = pair[1];
    const member = value[name];
    const fits =
      expected === "object" ? isObject(member)
      : expected === "array" ? Array.isArray(member)
      : expected === "number" ? Number.isSafeInteger(member)
      : typeof member === expected;
    if (!fits) throw new Malformed(`${what} has no ${name}, or none that is a ${expected}`);
  }
}
