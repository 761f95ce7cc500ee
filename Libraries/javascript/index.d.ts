// SPDX-License-Identifier: Apache-2.0

import type {
    AuthenticateParameters, AuthenticateWithTokenParameters, BeginSignInParameters, CancelSignInParameters,
    CompleteSignInParameters, Condition, DeleteAccountParameters, DescriptionAnswer, DestroyParameters,
    GetUUIDForAuthenticationParameters, HealthAnswer, HelloAnswer, InfoAnswer, MetricsAnswer, NewCustomer, Provider,
    RegenerateUUIDParameters, ReloadAnswer,
    ReloadParameters, RetrieveTokenParameters, SessionEvent, SetIdentityParameters, SetLogLevelParameters,
    SignInRequest, SignOutAnswer, SignOutParameters, SimpleAuthenticateParameters, Status, TokenAnswer, TokenFacts,
} from "./protocol.js";

export * from "./protocol.js";

/**
 * A text that no log shows: a token, a password, a code. Only `value` has it; where a text is made of the secret
 * itself, by a template, `JSON.stringify`, `console.log` or `util.inspect`, there is `[redacted]`. It cannot be cloned:
 * what is handed to another process or thread is `secret.value`.
 */
export class Secret {
    constructor(value: string);
    /** The text. */
    readonly value: string;
    /** `[redacted]` */
    toString(): string;
    /** `[redacted]` */
    toJSON(): string;
}

/** Why a call brought no answer, or what the daemon answered in place of one. */
export class SessiondError extends Error {
    /**
     * What programs look at; open. A name of sessiond-protocol(7), or: `unreachable`, nobody listens, and nothing was
     * sent; `permissionDenied`, also where the socket is closed to the app; `connectionLost`, the connection broke
     * before the answer; `timedOut`; `cancelled`, by a signal, whose reason is `cause`; `closed`, the client was;
     * `malformedAnswer`, what answers is not sessiond; `invalidSocketPath`; `requestTooLarge`.
     *
     * After `connectionLost`, `timedOut` and `cancelled` a call that changes the session may have been carried out, or
     * may still be: look at the status before you repeat it.
     */
    readonly name: string;
    /** Whether the same call may succeed later without anybody doing anything. */
    readonly retryable: boolean;
    /** When it may, where that is known. */
    readonly retryAfterSeconds?: number;
    /** What a person can do about it. */
    readonly hint?: string;
    /** The JSON-RPC code of a daemon's error. */
    readonly code?: number;
    /** How the session stands after `connectionLost`, where that could be asked. */
    readonly status?: Status;
    /** The further members of a daemon's error, such as `member`, `capability`, `outcome`. */
    readonly data: Readonly<Record<string, unknown>>;
    /** The reason of the signal, or the error of the system. */
    readonly cause?: unknown;
}

/** What each call takes. */
export interface CallOptions {
    /** Ends the waiting: the call is `cancelled`. */
    readonly signal?: AbortSignal | undefined;
    /** How long it is waited for the answer, at most 300; by default what the client has, else 30. */
    readonly timeoutSeconds?: number | undefined;
}

export type Account = { readonly email: string } | { readonly customID: string };

type Others<Parameters, Named extends keyof Parameters> = Omit<Parameters, Named> & CallOptions;

export type AuthenticationOptions = Omit<AuthenticateParameters, "provider" | "providerToken">;
type SignInOptions = AuthenticationOptions & CallOptions;
/** With `conditional` a call answers a condition in place of a status. */
type Unconditional<Options> = Options & { readonly conditional?: false | undefined };
type Conditional<Options> = Options & { readonly conditional: true };

/** One step of `changes()`. */
export interface Change {
    /**
     * What has led to it: `snapshot`, how the session stands at first; `event`; `gap`, what cannot be told one by one,
     * since the daemon has restarted or the app has not listened for too long; `interrupted`, it cannot be followed now
     * and `error` says why; `resumed`, it can again and nothing was missed.
     */
    readonly cause: "snapshot" | "event" | "gap" | "interrupted" | "resumed";
    /** What has happened, where the cause is `event`. */
    readonly event?: SessionEvent;
    /** Why it cannot be followed, where the cause is `interrupted`. */
    readonly error?: SessiondError;
    /** The session before; null in the first view of it. */
    readonly previous: Status | null;
    /** The session now; null only where it was never seen. While `interrupted` it is the last that was seen. */
    readonly status: Status | null;
    /**
     * Whether there is another customer than before, or none is known before, as in the first change: what the app has
     * of the last one, be it from an earlier run, has to go.
     */
    readonly isOtherCustomer: boolean;
}

/**
 * The customer session of this device.
 *
 * All calls share one connection, which the first one makes, and a later one makes anew when it has broken. They may
 * overlap; those that change the session apply in the order in which they were made. A read whose connection breaks is
 * repeated until its time is up. A call that changes the session is never sent twice: where it may have been read, it
 * ends with `connectionLost`. What the daemon is too old for is not sent: it ends as `unsupported`.
 *
 * Nothing of it keeps the process alive but a call that is under way, and a change that is awaited.
 */
export class Client {
    /**
     * A client, which connects with its first call.
     *
     * @param options.socket Where the daemon listens; by default the environment's SESSIOND_SOCKET, else
     *   /run/sessiond/sessiond.sock.
     * @param options.timeoutSeconds How long calls wait that do not say so themselves.
     * @param options.client The app's name and version, for the daemon.
     * @throws SessiondError `invalidSocketPath`.
     */
    constructor(options?: {
        readonly socket?: string | undefined;
        readonly timeoutSeconds?: number | undefined;
        readonly client?: string | undefined;
    });

    /** Where the daemon listens. */
    readonly socket: string;

    /** Ends every call as `closed`, now and from now on, and each `changes()`. */
    close(): void;

    /**
     * Follows the session: how it is now, then every change, in order and each once, whatever happens to the daemon,
     * until the signal, the end of the loop or of the client. It does not fail: what goes wrong is a change,
     * `interrupted`, and tried again.
     */
    changes(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<Change>;

    /** Who the customer is and how the session stands. */
    status(options?: CallOptions): Promise<Status>;
    /** The customer's UUID. */
    getUUID(options?: CallOptions): Promise<string>;
    /** The UUID that an authentication with this authID, begun now, would commit. */
    getUUIDForAuthentication(options?: GetUUIDForAuthenticationParameters & CallOptions): Promise<string>;
    /** The customer's token while somebody is signed in, else the anonymous one. Ask for it each time it is needed. */
    retrieveToken(options?: RetrieveTokenParameters & CallOptions): Promise<TokenAnswer>;
    /** Has that token refreshed now. */
    refreshToken(options?: CallOptions): Promise<TokenFacts>;
    /** The customer's own profile: an object, whose members are the authority's affair. */
    profile(options?: CallOptions): Promise<Record<string, unknown>>;

    /** Signs a customer in with a password. */
    signIn(account: Account, password: string | Secret, options?: Unconditional<SignInOptions>): Promise<Status>;
    signIn(account: Account, password: string | Secret, options: Conditional<SignInOptions>): Promise<Condition>;
    /** Signs a customer in with the token of an identity provider. */
    authenticate(
        provider: Provider, providerToken: string | Secret, options?: Unconditional<SignInOptions>): Promise<Status>;
    authenticate(
        provider: Provider, providerToken: string | Secret, options: Conditional<SignInOptions>): Promise<Condition>;
    /** Installs a client token that was obtained elsewhere. */
    authenticateWithToken(options: AuthenticateWithTokenParameters & CallOptions): Promise<Status>;
    /** Recognises a customer without a password. */
    simpleAuthenticate(
        account: Account, authID: string,
        options?: Others<SimpleAuthenticateParameters, "email" | "customID" | "authID">): Promise<Status>;

    /**
     * Begins a sign-in at the authority, or joins the one that is pending: what to show the person, or where to send
     * their browser. `changes()` says when they are signed in.
     */
    beginSignIn(options?: BeginSignInParameters & CallOptions): Promise<SignInRequest>;
    /** The sign-in that is pending, to show its code on another screen; null where nobody signs in. */
    pendingSignIn(options?: CallOptions): Promise<SignInRequest | null>;
    /** Hands back the address that the authority sent the browser to: the customer is signed in then. */
    completeSignIn(
        callbackURL: string | Secret, options: Others<CompleteSignInParameters, "callbackURL">): Promise<Status>;
    /** Gives a pending sign-in up; whether there was one. */
    cancelSignIn(options?: CancelSignInParameters & CallOptions): Promise<boolean>;

    /** Ends the customer's session; works without a network, and twice. */
    signOut(options?: SignOutParameters & CallOptions): Promise<SignOutAnswer>;
    /** Ends the session, forgets everything about the customer and begins a new anonymous one. */
    destroy(options?: DestroyParameters & CallOptions): Promise<NewCustomer>;
    /** Begins a new anonymous customer, whose UUID is derived from the identifier where there is one. */
    regenerateUUID(options?: RegenerateUUIDParameters & CallOptions): Promise<NewCustomer>;
    /** Deletes the account of the customer who is signed in; the factor is their password, or a provider's token. */
    deleteAccount(
        authFactor: string | Secret, options?: Others<DeleteAccountParameters, "authFactor">): Promise<NewCustomer>;

    /** Sets the labels that are given, at least one; null clears. They are no authentication. */
    setIdentity(
        labels: Omit<SetIdentityParameters, "ifGeneration">,
        options?: Pick<SetIdentityParameters, "ifGeneration"> & CallOptions): Promise<Status>;
    /** Counts as activity of the customer. */
    touch(options?: CallOptions): Promise<void>;

    /** What was agreed on with the daemon as the connection was made, and what the app may do. */
    hello(options?: CallOptions): Promise<HelloAnswer>;
    /** What runs, since when, with which configuration. */
    info(options?: CallOptions): Promise<InfoAnswer>;
    /** Whether the daemon can do its work, and what stands in the way. */
    health(options?: CallOptions): Promise<HealthAnswer>;
    /** What the daemon counts and measures, in the text format of OpenMetrics; for administrators. */
    metrics(options?: CallOptions): Promise<MetricsAnswer>;
    /** Has the daemon log from another level on, until it restarts; for administrators. */
    setLogLevel(level: SetLogLevelParameters["level"], options?: CallOptions): Promise<void>;
    /** Has the daemon read its configuration again, or say what that would do; for administrators. */
    reload(options?: ReloadParameters & CallOptions): Promise<ReloadAnswer>;
    /** Has the daemon use another API key until another one is configured; for administrators. */
    changeAPIKey(apiKey: string | Secret, options?: CallOptions): Promise<Status>;
    /** The protocol as an OpenRPC document. */
    discover(options?: CallOptions): Promise<DescriptionAnswer>;

    /**
     * Calls a method by its name on the wire, with its parameters among the options: for what a daemon has that is
     * newer than this library.
     */
    call(method: string, options?: Readonly<Record<string, unknown>> & CallOptions): Promise<unknown>;
}
