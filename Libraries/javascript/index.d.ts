// SPDX-License-Identifier: Apache-2.0

export * from "./protocol.js";

/** A text that no log shows: only `value` has it. */
export class Secret {
    constructor(value: string);
    /** The text. */
    readonly value: string;
}
