// SPDX-License-Identifier: Apache-2.0
// Written by Protocol/make-web out of Protocol/sessiond.schema.json.
//
// What pages may call, and what each member may be. Nothing else of what a page says gets into a request.
export const METHODS = {
    __proto__: null,
    status: {"method": "session.status", "members": {}},
    retrieveToken: {"method": "session.retrieveToken", "members": {"minimumValiditySeconds": ["integer"], "allowStale": ["boolean"], "requireSignedIn": ["boolean"]}},
    beginSignIn: {"method": "session.beginSignIn", "members": {"method": ["string"], "redirectURI": ["string"], "replace": ["boolean"], "ifGeneration": ["integer"]}},
    pendingSignIn: {"method": "session.pendingSignIn", "members": {}},
    completeSignIn: {"method": "session.completeSignIn", "members": {"attempt": ["string"], "callbackURL": ["string"], "ifGeneration": ["integer"]}, "filledIn": ["attempt"]},
    cancelSignIn: {"method": "session.cancelSignIn", "members": {"attempt": ["string"], "ifGeneration": ["integer"]}},
    signIn: {"method": "session.signIn", "members": {"email": ["string"], "customID": ["string"], "password": ["string"], "authID": ["string"], "agreements": ["object"], "attributes": ["object"], "ifGeneration": ["integer"]}},
    authenticate: {"method": "session.authenticate", "members": {"provider": ["string"], "providerToken": ["string"], "authID": ["string"], "agreements": ["object"], "attributes": ["object"], "ifGeneration": ["integer"]}},
    simpleAuthenticate: {"method": "session.simpleAuthenticate", "members": {"email": ["string"], "customID": ["string"], "authID": ["string"], "uuid": ["string"], "profile": ["object"], "ifGeneration": ["integer"]}},
    setIdentity: {"method": "session.setIdentity", "members": {"customEmail": ["string", "null"], "customIdentifier": ["string", "null"], "ifGeneration": ["integer"]}},
    signOut: {"method": "session.signOut", "members": {"mode": ["string"], "ifGeneration": ["integer"]}},
    regenerateUUID: {"method": "session.regenerateUUID", "members": {"clientIdentifier": ["string"], "ifGeneration": ["integer"]}},
    touch: {"method": "session.touch", "members": {}},
};
