// SPDX-License-Identifier: Apache-2.0

export { Client } from "./client.js";
export { SessiondError } from "./error.js";
export { Secret } from "./secret.js";
