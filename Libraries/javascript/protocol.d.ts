// SPDX-License-Identifier: Apache-2.0
// Written by Protocol/make-typescript out of Protocol/sessiond.schema.json.

import type { Secret } from "./index.js";

/** Whose token it is. */
export type Provider = "OAUTH" | "FACEBOOK" | "GOOGLE" | "APPLE";

/** Who the customer is and how the session stands; never a token. */
export interface Status {
    /** none, anonymous, simple, signedIn or expired. */
    readonly state: string;
    /** A UUID, RFC 9562, lower case in what the daemon says. */
    readonly uuid: string;
    /** generated, derived or injected. */
    readonly uuidOrigin: string;
    /** Whether somebody is signed in. */
    readonly signedIn: boolean;
    /** Whether somebody is recognised by Simple Authentication. */
    readonly signedInViaSimpleAuthentication: boolean;
    /** Where the effective token came from; absent without one. */
    readonly origin?: string;
    /** What the customer signed in with; absent while nobody is signed in. */
    readonly login?: string;
    /** The label for an e-mail. */
    readonly customEmail?: string;
    /** The label for an identifier. */
    readonly customIdentifier?: string;
    /** The numeric id of the customer's profile, as a string. */
    readonly clientID?: string;
    /** When the effective token ends, by the authority's clock; absent without one. */
    readonly expiresAt?: string;
    /** How long it lives from now on; absent without one. */
    readonly expiresInSeconds?: number;
    /** When the customer's session ends by itself, by this device's clock; absent where no limit counts now. */
    readonly sessionEndsAt?: string;
    /** In how many seconds that is; absent where no limit counts now. */
    readonly sessionEndsInSeconds?: number;
    /** Which limit that is: idleTimeout or maximumLifetime. */
    readonly sessionEndsBecause?: string;
    /** none, expired, stale, refreshing or valid. */
    readonly tokenState: string;
    /** Names one customer on this device; rises when the customer changes. */
    readonly generation: number;
    /** How the authority stands. */
    readonly authority: {
        /** local, openid or synerise. */
        readonly kind: string;
        /**
         * Whether it answered all that it was asked for, each when it was asked for that last; also true while it was
         * not asked, see lastAnsweredAt.
         */
        readonly reachable: boolean;
        /** An error's name and HTTP status. */
        readonly lastError?: string;
        /** When it answered last, by this device's clock; absent where it has not since the daemon was started. */
        readonly lastAnsweredAt?: string;
        /** When it is asked next. */
        readonly nextAttemptAt?: string;
        /** How far the device's clock is ahead of its. */
        readonly clockSkewSeconds?: number;
    };
    /** How the stored session stands. */
    readonly store: {
        /** Whether it is encrypted. */
        readonly sealed: boolean;
        /** ok, failing or locked. */
        readonly state: string;
    };
    /** The sign-in at the authority that waits for the customer, without its code; absent where nobody signs in. */
    readonly pendingSignIn?: {
        /** Names the sign-in. */
        readonly attempt: string;
        /** device or browser. */
        readonly method: string;
        /** When it ends. */
        readonly expiresAt: string;
    };
}

/** The token, and what is known of it. */
export interface TokenAnswer {
    /** The token, opaque. */
    readonly token: Secret;
    /** Whose it is. */
    readonly uuid: string;
    /**
     * Where a token came from: ANONYMOUS, SYNERISE, SIMPLE_AUTH, OAUTH, FACEBOOK, GOOGLE, APPLE, INCOGNITO, or UNKNOWN
     * for anything else, now or in a later version.
     */
    readonly origin: string;
    /** When it ends, by the authority's clock. */
    readonly expiresAt: string;
    /** How long it lives from now on. */
    readonly expiresInSeconds: number;
    /** Whether the last attempt to refresh it failed. */
    readonly stale: boolean;
    /** Names one customer on this device; rises when the customer changes. */
    readonly generation: number;
    /** The customer's own id. */
    readonly customID?: string;
    /** The numeric id of the customer's profile, as a string. */
    readonly clientID?: string;
    /** The authority's realm. */
    readonly realm?: string;
}

/** What is known of the token. */
export interface TokenFacts {
    /** Whose it is. */
    readonly uuid: string;
    /**
     * Where a token came from: ANONYMOUS, SYNERISE, SIMPLE_AUTH, OAUTH, FACEBOOK, GOOGLE, APPLE, INCOGNITO, or UNKNOWN
     * for anything else, now or in a later version.
     */
    readonly origin: string;
    /** When it ends, by the authority's clock. */
    readonly expiresAt: string;
    /** How long it lives from now on. */
    readonly expiresInSeconds: number;
    /** Whether the last attempt to refresh it failed. */
    readonly stale: boolean;
    /** Names one customer on this device; rises when the customer changes. */
    readonly generation: number;
    /** The customer's own id. */
    readonly customID?: string;
    /** The numeric id of the customer's profile, as a string. */
    readonly clientID?: string;
    /** The authority's realm. */
    readonly realm?: string;
}

/** The customer who is new. */
export interface NewCustomer {
    /** A UUID, RFC 9562, lower case in what the daemon says. */
    readonly uuid: string;
    /** Names one customer on this device; rises when the customer changes. */
    readonly generation: number;
    /** Whether it is stored. */
    readonly durable: boolean;
}

/** A sign-in that waits for the customer: what to show them, or where to send their browser. */
export interface SignInRequest {
    /** Names the sign-in. */
    readonly attempt: string;
    /** device or browser. */
    readonly method: string;
    /** Whether it was pending before. */
    readonly joined?: boolean;
    /** What the customer enters at the address. */
    readonly userCode?: Secret;
    /** Where they enter it: https, or http to the device itself. */
    readonly verificationURI?: Secret;
    /** The address with the code in it, for a QR code; absent where the authority gave none. */
    readonly verificationURIComplete?: Secret;
    /** Where the browser goes; of the method browser only. */
    readonly authorizationURL?: Secret;
    /** Where it comes back to, and is to be stopped; of the method browser only. */
    readonly redirectURI?: string;
    /** When it ends. */
    readonly expiresAt: string;
    /** How long that is from now on. */
    readonly expiresInSeconds: number;
}

/** What the sign-out came to. */
export interface SignOutAnswer {
    /** Whether somebody was signed in or recognised. */
    readonly changed: boolean;
    /** Whether it is stored. */
    readonly durable: boolean;
    /** done, queued, unsupported, notNeeded or outboxFull. */
    readonly authority: string;
    /** A UUID, RFC 9562, lower case in what the daemon says. */
    readonly uuid: string;
    /** Names one customer on this device; rises when the customer changes. */
    readonly generation: number;
}

/** What the authority answered to a conditional authentication; anything but SUCCESS has changed nothing. */
export interface Condition {
    /** SUCCESS, or the authority's word for what is missing. */
    readonly condition: string;
    /** What else the authority said. */
    readonly conditions?: unknown;
    /** Who the customer is and how the session stands; never a token. */
    readonly session: Status;
}

/** One change of the session. */
export interface SessionEvent {
    /** Numbers what has happened; never repeats and never goes back, restarts included. */
    readonly sequence: number;
    /** Names one customer on this device; rises when the customer changes. */
    readonly generation: number;
    /**
     * signedOut, uuidChanged, identityChanged, signedIn, signInEnded, signInPending, tokenRefreshed, expiringSoon,
     * expiringSoonWithdrawn, authorityState, overflow or revoked; an unknown one is to be taken as a change.
     */
    readonly kind: string;
    /** Why, where the kind does not say all. */
    readonly reason?: string;
    /** Which limit is near. */
    readonly what?: string;
    /** How many seconds are left. */
    readonly atSeconds?: number;
    /** The sign-in that is meant, in signInPending and signInEnded. */
    readonly attempt?: string;
    /** How the customer signs in, in signInPending: device or browser. */
    readonly method?: string;
    /** How many seconds are left for it, in signInPending. */
    readonly expiresInSeconds?: number;
    /** How it ended, in signInEnded: signedIn, denied, expired, cancelled, superseded or failed. */
    readonly outcome?: string;
}

/** What was agreed on. */
export interface HelloAnswer {
    /** The version that is spoken. */
    readonly protocol: number;
    /** Name and version. */
    readonly server: string;
    /** What was added to the protocol since 1.0. */
    readonly features: readonly string[];
    /** What the caller may do. */
    readonly capabilities: readonly string[];
    /** Names one customer on this device; rises when the customer changes. */
    readonly generation?: number;
    /** As it was asked for; absent, the connection speaks for no pages, whatever was asked for. */
    readonly onBehalfOf?: {
        /** The origin of web pages as browsers serialise it, such as https://till.example.com; at most 300 bytes. */
        readonly origin: string;
    };
}

/** What runs. */
export interface InfoAnswer {
    /** Name and version. */
    readonly server: string;
    /** The versions that it speaks. */
    readonly protocol: readonly number[];
    /** What was added to the protocol since 1.0. */
    readonly features: readonly string[];
    /** A time in UTC, RFC 3339, in whole seconds. */
    readonly startedAt: string;
    /** Where the settings come from. */
    readonly configuration: {
        /** In the order in which they were read. */
        readonly files: readonly string[];
        /** A time in UTC, RFC 3339, in whole seconds. */
        readonly loadedAt: string;
        /** What is wrong with them. */
        readonly problem?: string;
    };
    /** The folder that the session is stored in. */
    readonly stateDirectory?: string;
    /** The public key of the tokens of the local authority, RFC 7517. */
    readonly jwk?: object;
}

/** Whether the daemon can do its work. */
export interface HealthAnswer {
    /** Whether a session can be used. */
    readonly ready: boolean;
    /** What stands in the way. */
    readonly problems: readonly {
        /** The error that callers get for it. */
        readonly name: string;
        /** What to do. */
        readonly hint: string;
    }[];
}

/** What is counted and measured. */
export interface MetricsAnswer {
    /** The format of the text, as HTTP names it. */
    readonly contentType: string;
    /** The metrics. */
    readonly text: string;
}

/** What the reload came to. */
export interface ReloadAnswer {
    /** The settings that are in force now and were not before. */
    readonly applied: readonly string[];
    /** The settings that were changed and are not in force. */
    readonly needsRestart: readonly string[];
    /** Whether the customer's session ends for it. */
    readonly endsSession: boolean;
    /**
     * Whether the restart that needsRestart asks for ends the customer's session, as far as the session and the
     * configuration of now go.
     */
    readonly restartEndsSession: boolean;
    /**
     * The credentials of the service that are in use: they are read when the daemon is started, and at no reload.
     * Absent where there are none.
     */
    readonly credentials?: readonly string[];
    /**
     * Whether another key in one of the credentials will end the customer's session with the next restart; with
     * credentials only.
     */
    readonly newCredentialEndsSession?: boolean;
    /**
     * What is odd in the configuration, or points to what cannot be used, a line each. Absent where there is nothing.
     */
    readonly warnings?: readonly string[];
}

/** An OpenRPC document, https://spec.open-rpc.org. */
export interface DescriptionAnswer {
    readonly openrpc: string;
    readonly info: object;
    readonly servers: readonly unknown[];
    readonly methods: readonly unknown[];
    readonly components: object;
}

/** Signs a customer in with the token of an identity provider. */
export interface AuthenticateParameters {
    /** Whose token it is. */
    readonly provider: Provider;
    /** A token, at most 32,768 bytes, without control characters. */
    readonly providerToken: string | Secret;
    /** What the UUID is derived from; it must be unique for the customer. */
    readonly authID?: string;
    /** Have a condition answered in place of an error. */
    readonly conditional?: boolean;
    /** Handed on to the authority. */
    readonly agreements?: object;
    /** Handed on to the authority. */
    readonly attributes?: object;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Installs a client token that was obtained elsewhere; its UUID becomes the session's. */
export interface AuthenticateWithTokenParameters {
    /** A token that goes into an Authorization header (RFC 6750): 1 to 32,768 visible ASCII characters. */
    readonly token: string | Secret;
    /** When it ends, by the authority's clock. */
    readonly expiresAt: string;
    /** Where it came from; not ANONYMOUS and not SIMPLE_AUTH. */
    readonly origin: string;
    /** Whose it is. */
    readonly uuid: string;
    /** The numeric id of the customer's profile. */
    readonly clientID?: string;
    /** The customer's own id. */
    readonly customID?: string;
    /** The authority's realm. */
    readonly realm?: string;
    /** What the UUID is derived from; it must be unique for the customer. */
    readonly authID?: string;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Begins a sign-in at the authority itself, or joins the one that is pending. */
export interface BeginSignInParameters {
    /**
     * With a device of the customer's own, or in a web view; absent: as the one that is pending, else with a device
     * where the authority has that.
     */
    readonly method?: "device" | "browser";
    /** Where the browser is sent back to, one of those that are configured; absent: the first. */
    readonly redirectURI?: string;
    /** Give up one that is pending. */
    readonly replace?: boolean;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Gives a pending sign-in up. */
export interface CancelSignInParameters {
    /** Which one; absent: whichever is pending. */
    readonly attempt?: string;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Uses another API key at the authority, until another one is configured. */
export interface ChangeAPIKeyParameters {
    /** An API key: 1 to 4,096 visible ASCII characters. */
    readonly apiKey: string | Secret;
}

/** Hands back the address that the authority sent the browser to: the customer is signed in then. */
export interface CompleteSignInParameters {
    /** Names a sign-in at the authority: 1 to 64 visible ASCII characters. */
    readonly attempt: string;
    /** The whole address with its query. */
    readonly callbackURL: string | Secret;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Deletes the account of the customer who is signed in, at the authority and then here. */
export interface DeleteAccountParameters {
    /** Whose token the factor is; absent: it is the password. */
    readonly provider?: Provider;
    /** The password, or the provider's token. */
    readonly authFactor: string | Secret;
    /** What the UUID is derived from; it must be unique for the customer. */
    readonly authID?: string;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Ends the session, forgets everything about the customer and begins a new anonymous one. */
export interface DestroyParameters {
    /** Whether a stored session that cannot be read may be thrown away. */
    readonly discardUnreadable?: boolean;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Which web origins the configuration lists, whatever it gives them. */
export interface GetOriginsParameters {
    /** Have each further list come as a daemon.originsChanged notification. */
    readonly follow?: boolean;
}

/** The UUID that an authentication with that authID, begun now, would commit. */
export interface GetUUIDForAuthenticationParameters {
    /** What the UUID is derived from; it must be unique for the customer. */
    readonly authID?: string;
}

/** Begins a new anonymous customer. */
export interface RegenerateUUIDParameters {
    /** What the UUID is derived from; absent: by chance. */
    readonly clientIdentifier?: string;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Reads the configuration again, and goes on with what can be changed while the daemon runs. */
export interface ReloadParameters {
    /** Only say what would be done. */
    readonly dryRun?: boolean;
}

/** The customer's token while somebody is signed in, else the anonymous one. */
export interface RetrieveTokenParameters {
    /** How long the token must live at least. */
    readonly minimumValiditySeconds?: number;
    /** Where it cannot be refreshed now, take one that lives shorter. */
    readonly allowStale?: boolean;
    /** Take only that of a customer who is signed in. */
    readonly requireSignedIn?: boolean;
}

/** Sets the labels that are given, at least one; null clears. */
export interface SetIdentityParameters {
    /** The label for an e-mail. */
    readonly customEmail?: string | null;
    /** The label for an identifier. */
    readonly customIdentifier?: string | null;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Changes what is logged, until the daemon restarts. */
export interface SetLogLevelParameters {
    /** The lowest level that is logged. */
    readonly level: "trace" | "debug" | "info" | "notice" | "warning" | "error" | "critical";
}

/** Signs a customer in with a password. */
export interface SignInParameters {
    /** The account, by its e-mail. */
    readonly email?: string;
    /** The account, by the customer's id in the shop. */
    readonly customID?: string;
    /** A password, at most 4,096 bytes of UTF-8, without control characters. */
    readonly password: string | Secret;
    /** What the UUID is derived from; it must be unique for the customer. */
    readonly authID?: string;
    /** Have a condition answered in place of an error. */
    readonly conditional?: boolean;
    /** Handed on to the authority. */
    readonly agreements?: object;
    /** Handed on to the authority. */
    readonly attributes?: object;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Ends the customer's session, without a network too. */
export interface SignOutParameters {
    /** Whether UUID and labels stay. */
    readonly mode?: "signOut" | "destroy";
    /** Have the authority end the customer's sessions everywhere. */
    readonly fromAllDevices?: boolean;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}

/** Recognises a customer without a password. */
export interface SimpleAuthenticateParameters {
    /** The account, by its e-mail. */
    readonly email?: string;
    /** The account, by the customer's id in the shop. */
    readonly customID?: string;
    /** What the UUID is derived from; it must be unique for the customer. */
    readonly authID: string;
    /** The UUID to use in place of the one that the authID leads to. */
    readonly uuid?: string;
    /** Handed on to the authority, at most 16,384 bytes. */
    readonly profile?: object;
    /** Do it only while this is the session's generation; else generationMismatch. */
    readonly ifGeneration?: number;
}
