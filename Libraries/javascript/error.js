// SPDX-License-Identifier: Apache-2.0

import { existsSync } from "node:fs";
import { userInfo } from "node:os";

/** Where an installed daemon listens. */
export const STANDARD_SOCKET = "/run/sessiond/sessiond.sock";

/**
 * Why a call brought no answer, or what the daemon answered in place of one. Programs look at `name`; it is open: later
 * versions of the daemon may have others.
 */
export class SessiondError extends Error {
  constructor({ name, message, retryable = false, retryAfterSeconds, hint, code, data = {}, status, cause }) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
    this.retryable = retryable;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
    if (hint !== undefined) this.hint = hint;
    if (code !== undefined) this.code = code;
    if (status !== undefined) this.status = status;
    this.data = Object.freeze(data);
  }
}

/** The errors that are not the daemon's. Each takes the method, and whether that may change the session. */
export const errors = {
  connectionLost({ method, changes }, status) {
    if (!changes) {
      return new SessiondError({
        name: "connectionLost",
        message: `sessiond closed the connection before it answered ${method}`,
        retryable: true,
        hint: "try again; its log says why: journalctl -u sessiond, or where its standard error goes",
      });
    }
    return new SessiondError({
      name: "connectionLost",
      message: `sessiond closed the connection before it answered ${method}: it may have been carried out`,
      hint: status
        ? `the session is now ${status.state}, generation ${status.generation}, ${status.uuid}`
        : "ask for the status before trying again",
      status,
    });
  },

  timedOut({ method, changes }, seconds) {
    return new SessiondError({
      name: "timedOut",
      message: `sessiond has not answered ${method} within ${seconds} s${unknown(changes)}`,
      retryable: !changes,
      hint: changes
        ? "ask for the status before trying again"
        : "see whether sessiond runs, and what it waits for: systemctl status sessiond; its log says more: "
            + "journalctl -u sessiond, or where its standard error goes",
    });
  },

  cancelled({ method, changes }, cause) {
    const message = `nobody waits for the answer to ${method} any longer${unknown(changes)}`;
    return new SessiondError({ name: "cancelled", message, cause });
  },

  closed({ method }) {
    return new SessiondError({ name: "closed", message: `the client was closed before ${method} was answered` });
  },

  malformedAnswer({ method }, reason) {
    return new SessiondError({
      name: "malformedAnswer",
      message: `what was answered to ${method} is not sessiond's protocol: ${reason}`,
      hint: "see whether the socket is sessiond's, and whether it and this program are of the same version",
    });
  },

  unsupported({ method }, feature, server) {
    return new SessiondError({
      name: "unsupported",
      message: `${server} is too old for this ${method}: it has no ${feature}`,
      hint: "update sessiond",
    });
  },

  invalidParams({ method }, member, reason) {
    return new SessiondError({
      name: "invalidParams",
      message: `${method}: the parameter ${member} ${reason}`,
      data: { member, reason },
    });
  },

  requestTooLarge({ method }, bytes, allowed) {
    return new SessiondError({
      name: "requestTooLarge",
      message: `the request ${method} has ${bytes} bytes, and at most ${allowed} are allowed`,
      hint: "send less with it",
    });
  },

  revoked() {
    const message = "the right to see the session was taken away";
    return new SessiondError({ name: "permissionDenied", message });
  },

  invalidSocketPath(path, reason) {
    return new SessiondError({
      name: "invalidSocketPath",
      message: `${JSON.stringify(path)} cannot be a socket's path: ${reason}`,
      hint: `the default is ${STANDARD_SOCKET}`,
    });
  },

  /** For a socket that could not be connected to. */
  connecting(path, cause) {
    if (cause.code === "EACCES") {
      return new SessiondError({
        name: "permissionDenied",
        message: `you may not use sessiond's socket ${path}`,
        hint: path === STANDARD_SOCKET
          ? `let an administrator run: usermod -aG sessiond ${userName()}; then log in again`
          : "see who may: ls -l; the folders on the way count, too",
        cause,
      });
    }
    const message = {
      ENOENT: `sessiond is not running: there is no socket ${path}`,
      ENOTDIR: `sessiond is not running: there is no socket ${path}`,
      ECONNREFUSED: `sessiond is not running: nobody listens on ${path}`,
      EPROTOTYPE: `${path} is a socket, but not sessiond's: it is not a stream socket`,
      EAGAIN: `sessiond does not keep up: the queue of ${path} is full`,
    }[cause.code];
    return new SessiondError({
      name: "unreachable",
      message: message ?? `cannot connect to ${path}: ${cause.code ?? cause.message}`,
      retryable: true,
      hint: { ENOENT: startHint(path), ENOTDIR: startHint(path), ECONNREFUSED: startHint(path) }[cause.code],
      cause,
    });
  },
};

function unknown(changes) {
  return changes ? ": it may still be carried out" : "";
}

function userName() {
  try {
    return userInfo().username;
  } catch {
    return "USER";
  }
}

function startHint(path) {
  // sd_booted(3)
  const hasSystemd = path === STANDARD_SOCKET && existsSync("/run/systemd/system");
  return hasSystemd ? "start it: systemctl start sessiond.socket" : `start it: sessiond --socket ${path}`;
}
