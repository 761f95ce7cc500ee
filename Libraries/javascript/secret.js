// SPDX-License-Identifier: Apache-2.0

const SHOWN = "[redacted]";

/**
 * A text that no log shows: a token, a password, a code. Only `value` has it; where a text is made of the secret
 * itself, by a template, `JSON.stringify`, `console.log` or `util.inspect`, there is a placeholder.
 */
export class Secret {
  #value;

  constructor(value) {
    if (typeof value !== "string") throw new TypeError("a secret is a string");
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  toString() {
    return SHOWN;
  }

  toJSON() {
    return SHOWN;
  }

  [Symbol.toPrimitive]() {
    return SHOWN;
  }

  [Symbol.for("nodejs.util.inspect.custom")]() {
    return SHOWN;
  }
}
