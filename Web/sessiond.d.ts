// SPDX-License-Identifier: Apache-2.0
// Written by Protocol/make-web out of Protocol/sessiond.schema.json.
//
// What a web page has of the customer session of the device: sessiond-web(7).

/** The customer session of this device. */
interface Sessiond {
    /** The version of the extension. */
    readonly version: string;
    /** Who the customer is and how the session stands; never a token. */
    status(options?: {
        signal?: AbortSignal;
    }): Promise<Status>;
    /** The customer's token while somebody is signed in, else the anonymous one. */
    retrieveToken(options?: {
        minimumValiditySeconds?: number;
        allowStale?: boolean;
        requireSignedIn?: boolean;
        signal?: AbortSignal;
    }): Promise<TokenAnswer>;
    /** Begins a sign-in at the authority itself, or joins the one that is pending. */
    beginSignIn(options?: {
        method?: "device" | "browser";
        redirectURI?: string;
        replace?: boolean;
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<SignInRequest>;
    /** The sign-in that is pending; null where nobody signs in. */
    pendingSignIn(options?: {
        signal?: AbortSignal;
    }): Promise<SignInRequest | null>;
    /** Hands back the address that the authority sent the browser to: the customer is signed in then. */
    completeSignIn(callbackURL: string, options?: {
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<Status>;
    /** Gives a pending sign-in up. */
    cancelSignIn(options?: {
        attempt?: string;
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<boolean>;
    /** Signs a customer in with a password. */
    signIn(account: { email: string } | { customID: string }, password: string, options?: {
        authID?: string;
        agreements?: object;
        attributes?: object;
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<Status>;
    /** Signs a customer in with the token of an identity provider. */
    authenticate(provider: Provider, providerToken: string, options?: {
        authID?: string;
        agreements?: object;
        attributes?: object;
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<Status>;
    /** Recognises a customer without a password. */
    simpleAuthenticate(account: { email: string } | { customID: string }, authID: string, options?: {
        uuid?: string;
        profile?: object;
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<Status>;
    /** Sets the labels that are given, at least one; null clears. */
    setIdentity(labels: { customEmail?: string | null; customIdentifier?: string | null }, options?: {
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<Status>;
    /** Ends the customer's session, without a network too. */
    signOut(options?: {
        mode?: "signOut" | "destroy";
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<SignOutAnswer>;
    /** Begins a new anonymous customer. */
    regenerateUUID(options?: {
        clientIdentifier?: string;
        ifGeneration?: number;
        signal?: AbortSignal;
    }): Promise<NewCustomer>;
    /** Says that the customer is there: the only thing that counts as their activity. */
    touch(options?: {
        signal?: AbortSignal;
    }): Promise<void>;
    /** The session as it is, then each change; it ends with `signal`, and goes on over restarts. */
    changes(options?: { signal?: AbortSignal }): AsyncIterableIterator<Change>;
}

/** Who the customer is and how the session stands; never a token. */
interface Status {
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
interface TokenAnswer {
    /** The token, opaque. */
    readonly token: string;
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

/** A sign-in that waits for the customer: what to show them, or where to send their browser. */
interface SignInRequest {
    /** Names the sign-in. */
    readonly attempt: string;
    /** device or browser. */
    readonly method: string;
    /** Whether it was pending before. */
    readonly joined?: boolean;
    /** What the customer enters at the address. */
    readonly userCode?: string;
    /** Where they enter it: https, or http to the device itself. */
    readonly verificationURI?: string;
    /** The address with the code in it, for a QR code; absent where the authority gave none. */
    readonly verificationURIComplete?: string;
    /** Where the browser goes; of the method browser only. */
    readonly authorizationURL?: string;
    /** Where it comes back to, and is to be stopped; of the method browser only. */
    readonly redirectURI?: string;
    /** When it ends. */
    readonly expiresAt: string;
    /** How long that is from now on. */
    readonly expiresInSeconds: number;
}

/** What the sign-out came to. */
interface SignOutAnswer {
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

/** The customer who is new. */
interface NewCustomer {
    /** A UUID, RFC 9562, lower case in what the daemon says. */
    readonly uuid: string;
    /** Names one customer on this device; rises when the customer changes. */
    readonly generation: number;
    /** Whether it is stored. */
    readonly durable: boolean;
}

/** One change of the session. */
interface SessionEvent {
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

/** Whose token it is. */
type Provider = "OAUTH" | "FACEBOOK" | "GOOGLE" | "APPLE";

/** Why a call has failed. Programs look at `name`. */
interface SessiondError extends Error {
    /** As in sessiond-protocol(7); also `interrupted`, while the session cannot be reached, and `revoked`. */
    readonly name: string;
    /** Whether the same call may succeed later without anybody doing anything. */
    readonly retryable: boolean;
    /** When it may, where that is known. */
    readonly retryAfterSeconds?: number;
    /** What a person can do about it. */
    readonly hint?: string;
    /** The further members of the error, such as `member` and `reason`, `capability`, `outcome`. */
    readonly data: Readonly<Record<string, unknown>>;
}

/** One step of `changes()`. */
interface Change {
    /**
     * What has led to it: `snapshot`, how the session stands at first; `event`; `gap`, what cannot be told one by one;
     * `interrupted`, it cannot be followed now and `error` says why; `resumed`, it can again and nothing was missed.
     */
    readonly cause: "snapshot" | "event" | "gap" | "interrupted" | "resumed";
    readonly event?: SessionEvent;
    readonly error?: SessiondError;
    /** The session before; null in the first view of it. */
    readonly previous: Status | null;
    /** The session now; null only where it was never seen. */
    readonly status: Status | null;
    /** Whether there is another customer than before, or none is known before, as in the first change: what the page
     * has of the last one, be it from before it was loaded again, has to go. */
    readonly isOtherCustomer: boolean;
}

interface Window {
    /** The session, where this page's origin may have it. */
    readonly sessiond?: Sessiond;
}
