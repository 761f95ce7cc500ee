// SPDX-License-Identifier: Apache-2.0
// Written by Protocol/make-typescript out of Protocol/sessiond.schema.json.

/** What a status must have. */
export const STATUS = [
  ["state", "string"],
  ["uuid", "string"],
  ["uuidOrigin", "string"],
  ["signedIn", "boolean"],
  ["signedInViaSimpleAuthentication", "boolean"],
  ["tokenState", "string"],
  ["generation", "number"],
  ["authority", "object"],
  ["store", "object"],
];

/** What an event must have. */
export const EVENT = [
  ["sequence", "number"],
  ["generation", "number"],
  ["kind", "string"],
];

/** The names of errors by their codes, for one that comes without its name. */
export const ERRORS = {
  __proto__: null,
  "-32700": "parseError",
  "-32600": "invalidRequest",
  "-32601": "methodNotFound",
  "-32602": "invalidParams",
  "-32603": "internalError",
  "-32001": "permissionDenied",
  "-32002": "notAnonymous",
  "-32003": "alreadySignedIn",
  "-32004": "notSignedIn",
  "-32005": "sessionExpired",
  "-32006": "tokenUnavailable",
  "-32007": "minimumValidityImpossible",
  "-32008": "authorityRejected",
  "-32009": "authorityUnavailable",
  "-32010": "storeLocked",
  "-32011": "storeFailed",
  "-32012": "generationMismatch",
  "-32013": "limitExceeded",
  "-32014": "deadlineExceeded",
  "-32015": "notConfigured",
  "-32016": "unsupported",
  "-32017": "shuttingDown",
  "-32018": "lineTooLong",
  "-32019": "versionUnsupported",
  "-32020": "busy",
  "-32021": "superseded",
};

/** Of each method whether it may change the session, and what its answer has. */
export const METHODS = {
  __proto__: null,
  "session.getUUID": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["uuid", "string"],
    ],
  },
  "session.getUUIDForAuthentication": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["uuid", "string"],
    ],
  },
  "session.status": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: STATUS,
  },
  "session.retrieveToken": {
    changes: false,
    secrets: ["token"],
    isAuthentication: false,
    required: [
      ["token", "string"],
      ["uuid", "string"],
      ["origin", "string"],
      ["expiresAt", "string"],
      ["expiresInSeconds", "number"],
      ["stale", "boolean"],
      ["generation", "number"],
    ],
  },
  "session.refreshToken": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["uuid", "string"],
      ["origin", "string"],
      ["expiresAt", "string"],
      ["expiresInSeconds", "number"],
      ["stale", "boolean"],
      ["generation", "number"],
    ],
  },
  "session.regenerateUUID": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: [
      ["uuid", "string"],
      ["generation", "number"],
      ["durable", "boolean"],
    ],
  },
  "session.destroy": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: [
      ["uuid", "string"],
      ["generation", "number"],
      ["durable", "boolean"],
    ],
  },
  "session.signIn": {
    changes: true,
    secrets: [],
    isAuthentication: true,
    required: [],
  },
  "session.authenticate": {
    changes: true,
    secrets: [],
    isAuthentication: true,
    required: [],
  },
  "session.authenticateWithToken": {
    changes: true,
    secrets: [],
    isAuthentication: true,
    required: [],
  },
  "session.simpleAuthenticate": {
    changes: true,
    secrets: [],
    isAuthentication: true,
    required: [],
  },
  "session.beginSignIn": {
    changes: true,
    secrets: ["authorizationURL", "userCode", "verificationURI", "verificationURIComplete"],
    isAuthentication: false,
    required: [
      ["attempt", "string"],
      ["method", "string"],
      ["joined", "boolean"],
      ["expiresAt", "string"],
      ["expiresInSeconds", "number"],
    ],
  },
  "session.pendingSignIn": {
    changes: false,
    secrets: ["userCode", "verificationURI", "verificationURIComplete"],
    isAuthentication: false,
    required: [],
  },
  "session.completeSignIn": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: STATUS,
  },
  "session.cancelSignIn": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: [
      ["cancelled", "boolean"],
    ],
  },
  "session.signOut": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: [
      ["changed", "boolean"],
      ["durable", "boolean"],
      ["authority", "string"],
      ["uuid", "string"],
      ["generation", "number"],
    ],
  },
  "session.deleteAccount": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: [
      ["uuid", "string"],
      ["generation", "number"],
      ["durable", "boolean"],
    ],
  },
  "session.setIdentity": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: STATUS,
  },
  "session.profile": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [],
  },
  "session.touch": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [],
  },
  "session.watch": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["snapshot", "object"],
      ["sequence", "number"],
      ["resumed", "boolean"],
    ],
  },
  "authority.changeAPIKey": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: STATUS,
  },
  "daemon.hello": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["protocol", "number"],
      ["server", "string"],
      ["features", "array"],
      ["capabilities", "array"],
    ],
  },
  "daemon.info": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["server", "string"],
      ["protocol", "array"],
      ["features", "array"],
      ["startedAt", "string"],
      ["configuration", "object"],
    ],
  },
  "daemon.health": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["ready", "boolean"],
      ["problems", "array"],
    ],
  },
  "daemon.metrics": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["contentType", "string"],
      ["text", "string"],
    ],
  },
  "daemon.setLogLevel": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [],
  },
  "daemon.reload": {
    changes: true,
    secrets: [],
    isAuthentication: false,
    required: [
      ["applied", "array"],
      ["needsRestart", "array"],
      ["endsSession", "boolean"],
      ["restartEndsSession", "boolean"],
    ],
  },
  "daemon.origins": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["origins", "array"],
    ],
  },
  "rpc.discover": {
    changes: false,
    secrets: [],
    isAuthentication: false,
    required: [
      ["openrpc", "string"],
      ["info", "object"],
      ["servers", "array"],
      ["methods", "array"],
      ["components", "object"],
    ],
  },
};
