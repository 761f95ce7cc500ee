# SPDX-License-Identifier: Apache-2.0
# Written by make-api out of Protocol/sessiond.schema.json.
"""What the daemon answers and tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Mapping

from ._reading import nothing_else, read_as_it_is, read_items, read_list, read_object, read_time, unreadable
from ._secret import Secret

__all__ = [
    "AuthorityStatus",
    "Condition",
    "Configuration",
    "HealthAnswer",
    "HelloAnswer",
    "InfoAnswer",
    "MetricsAnswer",
    "NewCustomerAnswer",
    "PendingSignIn",
    "PendingSignInStatus",
    "Problem",
    "ReloadAnswer",
    "SessionEvent",
    "SessionStatus",
    "SignInRequestAnswer",
    "SignOutAnswer",
    "StoreStatus",
    "TokenAnswer",
    "TokenFacts",
    "WatchAnswer",
]


@dataclass(frozen=True)
class AuthorityStatus:
    """How the authority stands."""

    kind: str
    """local, openid or synerise."""
    reachable: bool
    """Whether it answered all that it was asked for, each when it was asked for that last; also true while it was not
    asked, see lastAnsweredAt.
    """
    last_error: str | None = None
    """An error's name and HTTP status."""
    last_answered_at: datetime | None = None
    """When it answered last, by this device's clock; absent where it has not since the daemon was started."""
    next_attempt_at: datetime | None = None
    """When it is asked next."""
    clock_skew_seconds: int | None = None
    """How far the device's clock is ahead of its."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> AuthorityStatus:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        kind = take("kind", None)
        reachable = take("reachable", None)
        last_error = take("lastError", None)
        last_answered_at = take("lastAnsweredAt", None)
        next_attempt_at = take("nextAttemptAt", None)
        clock_skew_seconds = take("clockSkewSeconds", None)
        if not (type(kind) is str and type(reachable) is bool):
            raise unreadable(("kind", kind, str), ("reachable", reachable, bool))
        made = object.__new__(AuthorityStatus)
        object.__setattr__(made, "__dict__", {
            "kind": kind,
            "reachable": reachable,
            "last_error": last_error if type(last_error) is str else None,
            "last_answered_at": read_time(last_answered_at) if type(last_answered_at) is str else None,
            "next_attempt_at": read_time(next_attempt_at) if type(next_attempt_at) is str else None,
            "clock_skew_seconds": clock_skew_seconds if type(clock_skew_seconds) is int else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class StoreStatus:
    """How the stored session stands."""

    sealed: bool
    """Whether it is encrypted."""
    state: str
    """ok, failing or locked."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> StoreStatus:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        sealed = take("sealed", None)
        state = take("state", None)
        if not (type(sealed) is bool and type(state) is str):
            raise unreadable(("sealed", sealed, bool), ("state", state, str))
        made = object.__new__(StoreStatus)
        object.__setattr__(made, "__dict__", {
            "sealed": sealed,
            "state": state,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class PendingSignInStatus:
    """The sign-in at the authority that waits for the customer, without its code; absent where nobody signs in."""

    attempt: str
    """Names the sign-in."""
    method: str
    """device or browser."""
    expires_at: datetime
    """When it ends."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> PendingSignInStatus:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        attempt = take("attempt", None)
        method = take("method", None)
        expires_at = take("expiresAt", None)
        if not (type(attempt) is str and type(method) is str and type(expires_at) is str):
            raise unreadable(("attempt", attempt, str), ("method", method, str), ("expiresAt", expires_at, str))
        made = object.__new__(PendingSignInStatus)
        object.__setattr__(made, "__dict__", {
            "attempt": attempt,
            "method": method,
            "expires_at": read_time(expires_at),
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class SessionStatus:
    """Who the customer is and how the session stands; never a token."""

    state: str
    """none, anonymous, simple, signedIn or expired."""
    uuid: str
    """A UUID, RFC 9562, lower case in what the daemon says."""
    uuid_origin: str
    """generated, derived or injected."""
    signed_in: bool
    """Whether somebody is signed in."""
    signed_in_via_simple_authentication: bool
    """Whether somebody is recognised by Simple Authentication."""
    token_state: str
    """none, expired, stale, refreshing or valid."""
    generation: int
    """Names one customer on this device; rises when the customer changes."""
    authority: AuthorityStatus
    """How the authority stands."""
    store: StoreStatus
    """How the stored session stands."""
    origin: str | None = None
    """Where the effective token came from; absent without one."""
    login: str | None = None
    """What the customer signed in with; absent while nobody is signed in."""
    custom_email: str | None = None
    """The label for an e-mail."""
    custom_identifier: str | None = None
    """The label for an identifier."""
    client_id: str | None = None
    """The numeric id of the customer's profile, as a string."""
    expires_at: datetime | None = None
    """When the effective token ends, by the authority's clock; absent without one."""
    expires_in_seconds: int | None = None
    """How long it lives from now on; absent without one."""
    session_ends_at: datetime | None = None
    """When the customer's session ends by itself, by this device's clock; absent where no limit counts now."""
    session_ends_in_seconds: int | None = None
    """In how many seconds that is; absent where no limit counts now."""
    session_ends_because: str | None = None
    """Which limit that is: idleTimeout or maximumLifetime."""
    pending_sign_in: PendingSignInStatus | None = None
    """The sign-in at the authority that waits for the customer, without its code; absent where nobody signs in."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> SessionStatus:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        state = take("state", None)
        uuid = take("uuid", None)
        uuid_origin = take("uuidOrigin", None)
        signed_in = take("signedIn", None)
        signed_in_via_simple_authentication = take("signedInViaSimpleAuthentication", None)
        token_state = take("tokenState", None)
        generation = take("generation", None)
        authority = take("authority", None)
        store = take("store", None)
        origin = take("origin", None)
        login = take("login", None)
        custom_email = take("customEmail", None)
        custom_identifier = take("customIdentifier", None)
        client_id = take("clientID", None)
        expires_at = take("expiresAt", None)
        expires_in_seconds = take("expiresInSeconds", None)
        session_ends_at = take("sessionEndsAt", None)
        session_ends_in_seconds = take("sessionEndsInSeconds", None)
        session_ends_because = take("sessionEndsBecause", None)
        pending_sign_in = take("pendingSignIn", None)
        if not (
            type(state) is str
            and type(uuid) is str
            and type(uuid_origin) is str
            and type(signed_in) is bool
            and type(signed_in_via_simple_authentication) is bool
            and type(token_state) is str
            and type(generation) is int
        ):
            raise unreadable(
                ("state", state, str),
                ("uuid", uuid, str),
                ("uuidOrigin", uuid_origin, str),
                ("signedIn", signed_in, bool),
                ("signedInViaSimpleAuthentication", signed_in_via_simple_authentication, bool),
                ("tokenState", token_state, str),
                ("generation", generation, int))
        made = object.__new__(SessionStatus)
        object.__setattr__(made, "__dict__", {
            "state": state,
            "uuid": uuid,
            "uuid_origin": uuid_origin,
            "signed_in": signed_in,
            "signed_in_via_simple_authentication": signed_in_via_simple_authentication,
            "token_state": token_state,
            "generation": generation,
            "authority": AuthorityStatus.read(authority),
            "store": StoreStatus.read(store),
            "origin": origin if type(origin) is str else None,
            "login": login if type(login) is str else None,
            "custom_email": custom_email if type(custom_email) is str else None,
            "custom_identifier": custom_identifier if type(custom_identifier) is str else None,
            "client_id": client_id if type(client_id) is str else None,
            "expires_at": read_time(expires_at) if type(expires_at) is str else None,
            "expires_in_seconds": expires_in_seconds if type(expires_in_seconds) is int else None,
            "session_ends_at": read_time(session_ends_at) if type(session_ends_at) is str else None,
            "session_ends_in_seconds": session_ends_in_seconds if type(session_ends_in_seconds) is int else None,
            "session_ends_because": session_ends_because if type(session_ends_because) is str else None,
            "pending_sign_in": PendingSignInStatus.read(pending_sign_in) if pending_sign_in is not None else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class TokenAnswer:
    """The token, and what is known of it."""

    token: Secret
    """The token, opaque."""
    uuid: str
    """Whose it is."""
    origin: str
    """Where a token came from: ANONYMOUS, SYNERISE, SIMPLE_AUTH, OAUTH, FACEBOOK, GOOGLE, APPLE, INCOGNITO, or UNKNOWN
    for anything else, now or in a later version.
    """
    expires_at: datetime
    """When it ends, by the authority's clock."""
    expires_in_seconds: int
    """How long it lives from now on."""
    stale: bool
    """Whether the last attempt to refresh it failed."""
    generation: int
    """Names one customer on this device; rises when the customer changes."""
    custom_id: str | None = None
    """The customer's own id."""
    client_id: str | None = None
    """The numeric id of the customer's profile, as a string."""
    realm: str | None = None
    """The authority's realm."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> TokenAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        token = take("token", None)
        uuid = take("uuid", None)
        origin = take("origin", None)
        expires_at = take("expiresAt", None)
        expires_in_seconds = take("expiresInSeconds", None)
        stale = take("stale", None)
        generation = take("generation", None)
        custom_id = take("customID", None)
        client_id = take("clientID", None)
        realm = take("realm", None)
        if not (
            type(token) is str
            and type(uuid) is str
            and type(origin) is str
            and type(expires_at) is str
            and type(expires_in_seconds) is int
            and type(stale) is bool
            and type(generation) is int
        ):
            raise unreadable(
                ("token", token, str),
                ("uuid", uuid, str),
                ("origin", origin, str),
                ("expiresAt", expires_at, str),
                ("expiresInSeconds", expires_in_seconds, int),
                ("stale", stale, bool),
                ("generation", generation, int))
        made = object.__new__(TokenAnswer)
        object.__setattr__(made, "__dict__", {
            "token": Secret(token),
            "uuid": uuid,
            "origin": origin,
            "expires_at": read_time(expires_at),
            "expires_in_seconds": expires_in_seconds,
            "stale": stale,
            "generation": generation,
            "custom_id": custom_id if type(custom_id) is str else None,
            "client_id": client_id if type(client_id) is str else None,
            "realm": realm if type(realm) is str else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class TokenFacts:
    """What is known of the token."""

    uuid: str
    """Whose it is."""
    origin: str
    """Where a token came from: ANONYMOUS, SYNERISE, SIMPLE_AUTH, OAUTH, FACEBOOK, GOOGLE, APPLE, INCOGNITO, or UNKNOWN
    for anything else, now or in a later version.
    """
    expires_at: datetime
    """When it ends, by the authority's clock."""
    expires_in_seconds: int
    """How long it lives from now on."""
    stale: bool
    """Whether the last attempt to refresh it failed."""
    generation: int
    """Names one customer on this device; rises when the customer changes."""
    custom_id: str | None = None
    """The customer's own id."""
    client_id: str | None = None
    """The numeric id of the customer's profile, as a string."""
    realm: str | None = None
    """The authority's realm."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> TokenFacts:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        uuid = take("uuid", None)
        origin = take("origin", None)
        expires_at = take("expiresAt", None)
        expires_in_seconds = take("expiresInSeconds", None)
        stale = take("stale", None)
        generation = take("generation", None)
        custom_id = take("customID", None)
        client_id = take("clientID", None)
        realm = take("realm", None)
        if not (
            type(uuid) is str
            and type(origin) is str
            and type(expires_at) is str
            and type(expires_in_seconds) is int
            and type(stale) is bool
            and type(generation) is int
        ):
            raise unreadable(
                ("uuid", uuid, str),
                ("origin", origin, str),
                ("expiresAt", expires_at, str),
                ("expiresInSeconds", expires_in_seconds, int),
                ("stale", stale, bool),
                ("generation", generation, int))
        made = object.__new__(TokenFacts)
        object.__setattr__(made, "__dict__", {
            "uuid": uuid,
            "origin": origin,
            "expires_at": read_time(expires_at),
            "expires_in_seconds": expires_in_seconds,
            "stale": stale,
            "generation": generation,
            "custom_id": custom_id if type(custom_id) is str else None,
            "client_id": client_id if type(client_id) is str else None,
            "realm": realm if type(realm) is str else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class NewCustomerAnswer:
    """The customer who is new."""

    uuid: str
    """A UUID, RFC 9562, lower case in what the daemon says."""
    generation: int
    """Names one customer on this device; rises when the customer changes."""
    durable: bool
    """Whether it is stored."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> NewCustomerAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        uuid = take("uuid", None)
        generation = take("generation", None)
        durable = take("durable", None)
        if not (type(uuid) is str and type(generation) is int and type(durable) is bool):
            raise unreadable(("uuid", uuid, str), ("generation", generation, int), ("durable", durable, bool))
        made = object.__new__(NewCustomerAnswer)
        object.__setattr__(made, "__dict__", {
            "uuid": uuid,
            "generation": generation,
            "durable": durable,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class SignInRequestAnswer:
    """A sign-in that waits for the customer: what to show them, or where to send their browser."""

    attempt: str
    """Names the sign-in."""
    method: str
    """device or browser."""
    joined: bool
    """Whether it was pending before."""
    expires_at: datetime
    """When it ends."""
    expires_in_seconds: int
    """How long that is from now on."""
    user_code: Secret | None = None
    """What the customer enters at the address."""
    verification_uri: Secret | None = None
    """Where they enter it: https, or http to the device itself."""
    verification_uri_complete: Secret | None = None
    """The address with the code in it, for a QR code; absent where the authority gave none."""
    authorization_url: Secret | None = None
    """Where the browser goes; of the method browser only."""
    redirect_uri: str | None = None
    """Where it comes back to, and is to be stopped; of the method browser only."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> SignInRequestAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        attempt = take("attempt", None)
        method = take("method", None)
        joined = take("joined", None)
        expires_at = take("expiresAt", None)
        expires_in_seconds = take("expiresInSeconds", None)
        user_code = take("userCode", None)
        verification_uri = take("verificationURI", None)
        verification_uri_complete = take("verificationURIComplete", None)
        authorization_url = take("authorizationURL", None)
        redirect_uri = take("redirectURI", None)
        if not (
            type(attempt) is str
            and type(method) is str
            and type(joined) is bool
            and type(expires_at) is str
            and type(expires_in_seconds) is int
        ):
            raise unreadable(
                ("attempt", attempt, str),
                ("method", method, str),
                ("joined", joined, bool),
                ("expiresAt", expires_at, str),
                ("expiresInSeconds", expires_in_seconds, int))
        made = object.__new__(SignInRequestAnswer)
        object.__setattr__(made, "__dict__", {
            "attempt": attempt,
            "method": method,
            "joined": joined,
            "expires_at": read_time(expires_at),
            "expires_in_seconds": expires_in_seconds,
            "user_code": Secret(user_code) if type(user_code) is str else None,
            "verification_uri": Secret(verification_uri) if type(verification_uri) is str else None,
            "verification_uri_complete": (
                Secret(verification_uri_complete)
                if type(verification_uri_complete) is str else None),
            "authorization_url": Secret(authorization_url) if type(authorization_url) is str else None,
            "redirect_uri": redirect_uri if type(redirect_uri) is str else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class PendingSignIn:
    """The sign-in that is pending, never with an address that it could be completed from; empty where nobody signs in.
    """

    attempt: str
    """Names the sign-in."""
    method: str
    """device or browser."""
    expires_at: datetime
    """When it ends."""
    expires_in_seconds: int
    """How long that is from now on."""
    user_code: Secret | None = None
    """What the customer enters at the address."""
    verification_uri: Secret | None = None
    """Where they enter it: https, or http to the device itself."""
    verification_uri_complete: Secret | None = None
    """The address with the code in it, for a QR code; absent where the authority gave none."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> PendingSignIn:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        attempt = take("attempt", None)
        method = take("method", None)
        expires_at = take("expiresAt", None)
        expires_in_seconds = take("expiresInSeconds", None)
        user_code = take("userCode", None)
        verification_uri = take("verificationURI", None)
        verification_uri_complete = take("verificationURIComplete", None)
        if not (
            type(attempt) is str
            and type(method) is str
            and type(expires_at) is str
            and type(expires_in_seconds) is int
        ):
            raise unreadable(
                ("attempt", attempt, str),
                ("method", method, str),
                ("expiresAt", expires_at, str),
                ("expiresInSeconds", expires_in_seconds, int))
        made = object.__new__(PendingSignIn)
        object.__setattr__(made, "__dict__", {
            "attempt": attempt,
            "method": method,
            "expires_at": read_time(expires_at),
            "expires_in_seconds": expires_in_seconds,
            "user_code": Secret(user_code) if type(user_code) is str else None,
            "verification_uri": Secret(verification_uri) if type(verification_uri) is str else None,
            "verification_uri_complete": (
                Secret(verification_uri_complete)
                if type(verification_uri_complete) is str else None),
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class SignOutAnswer:
    """What the sign-out came to."""

    changed: bool
    """Whether somebody was signed in or recognised."""
    durable: bool
    """Whether it is stored."""
    authority: str
    """done, queued, unsupported, notNeeded or outboxFull."""
    uuid: str
    """A UUID, RFC 9562, lower case in what the daemon says."""
    generation: int
    """Names one customer on this device; rises when the customer changes."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> SignOutAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        changed = take("changed", None)
        durable = take("durable", None)
        authority = take("authority", None)
        uuid = take("uuid", None)
        generation = take("generation", None)
        if not (
            type(changed) is bool
            and type(durable) is bool
            and type(authority) is str
            and type(uuid) is str
            and type(generation) is int
        ):
            raise unreadable(
                ("changed", changed, bool),
                ("durable", durable, bool),
                ("authority", authority, str),
                ("uuid", uuid, str),
                ("generation", generation, int))
        made = object.__new__(SignOutAnswer)
        object.__setattr__(made, "__dict__", {
            "changed": changed,
            "durable": durable,
            "authority": authority,
            "uuid": uuid,
            "generation": generation,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class WatchAnswer:
    """How the session stands when the watching begins."""

    snapshot: SessionStatus
    """Who the customer is and how the session stands; never a token."""
    sequence: int
    """The last event that the snapshot includes."""
    resumed: bool
    """Whether the events after since follow; false: what happened in between is only in the snapshot."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> WatchAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        snapshot = take("snapshot", None)
        sequence = take("sequence", None)
        resumed = take("resumed", None)
        if not (type(sequence) is int and type(resumed) is bool):
            raise unreadable(("sequence", sequence, int), ("resumed", resumed, bool))
        made = object.__new__(WatchAnswer)
        object.__setattr__(made, "__dict__", {
            "snapshot": SessionStatus.read(snapshot),
            "sequence": sequence,
            "resumed": resumed,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class HelloAnswer:
    """What was agreed on."""

    protocol: int
    """The version that is spoken."""
    server: str
    """Name and version."""
    features: tuple[str, ...]
    """What was added to the protocol since 1.0."""
    capabilities: tuple[str, ...]
    """What the caller may do."""
    generation: int | None = None
    """Names one customer on this device; rises when the customer changes."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> HelloAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        protocol = take("protocol", None)
        server = take("server", None)
        features = take("features", None)
        capabilities = take("capabilities", None)
        generation = take("generation", None)
        if not (type(protocol) is int and type(server) is str):
            raise unreadable(("protocol", protocol, int), ("server", server, str))
        made = object.__new__(HelloAnswer)
        object.__setattr__(made, "__dict__", {
            "protocol": protocol,
            "server": server,
            "features": read_items(features, str),
            "capabilities": read_items(capabilities, str),
            "generation": generation if type(generation) is int else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class Configuration:
    """Where the settings come from."""

    files: tuple[str, ...]
    """In the order in which they were read."""
    loaded_at: datetime
    """A time in UTC, RFC 3339, in whole seconds."""
    problem: str | None = None
    """What is wrong with them."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> Configuration:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        files = take("files", None)
        loaded_at = take("loadedAt", None)
        problem = take("problem", None)
        if not (type(loaded_at) is str):
            raise unreadable(("loadedAt", loaded_at, str))
        made = object.__new__(Configuration)
        object.__setattr__(made, "__dict__", {
            "files": read_items(files, str),
            "loaded_at": read_time(loaded_at),
            "problem": problem if type(problem) is str else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class InfoAnswer:
    """What runs."""

    server: str
    """Name and version."""
    protocol: tuple[int, ...]
    """The versions that it speaks."""
    features: tuple[str, ...]
    """What was added to the protocol since 1.0."""
    started_at: datetime
    """A time in UTC, RFC 3339, in whole seconds."""
    configuration: Configuration
    """Where the settings come from."""
    state_directory: str | None = None
    """The folder that the session is stored in."""
    jwk: dict[str, Any] | None = None
    """The public key of the tokens of the local authority, RFC 7517."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> InfoAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        server = take("server", None)
        protocol = take("protocol", None)
        features = take("features", None)
        started_at = take("startedAt", None)
        configuration = take("configuration", None)
        state_directory = take("stateDirectory", None)
        jwk = take("jwk", None)
        if not (type(server) is str and type(started_at) is str):
            raise unreadable(("server", server, str), ("startedAt", started_at, str))
        made = object.__new__(InfoAnswer)
        object.__setattr__(made, "__dict__", {
            "server": server,
            "protocol": read_items(protocol, int),
            "features": read_items(features, str),
            "started_at": read_time(started_at),
            "configuration": Configuration.read(configuration),
            "state_directory": state_directory if type(state_directory) is str else None,
            "jwk": read_as_it_is(jwk) if jwk is not None else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class Problem:
    """What stands in the way."""

    name: str
    """The error that callers get for it."""
    hint: str
    """What to do."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> Problem:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        name = take("name", None)
        hint = take("hint", None)
        if not (type(name) is str and type(hint) is str):
            raise unreadable(("name", name, str), ("hint", hint, str))
        made = object.__new__(Problem)
        object.__setattr__(made, "__dict__", {
            "name": name,
            "hint": hint,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class HealthAnswer:
    """Whether the daemon can do its work."""

    ready: bool
    """Whether a session can be used."""
    problems: tuple[Problem, ...]
    """What stands in the way."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> HealthAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        ready = take("ready", None)
        problems = take("problems", None)
        if not (type(ready) is bool):
            raise unreadable(("ready", ready, bool))
        made = object.__new__(HealthAnswer)
        object.__setattr__(made, "__dict__", {
            "ready": ready,
            "problems": tuple(Problem.read(each) for each in read_list(problems)),
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class MetricsAnswer:
    """What is counted and measured."""

    content_type: str
    """The format of the text, as HTTP names it."""
    text: str
    """The metrics."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> MetricsAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        content_type = take("contentType", None)
        text = take("text", None)
        if not (type(content_type) is str and type(text) is str):
            raise unreadable(("contentType", content_type, str), ("text", text, str))
        made = object.__new__(MetricsAnswer)
        object.__setattr__(made, "__dict__", {
            "content_type": content_type,
            "text": text,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class ReloadAnswer:
    """What the reload came to."""

    applied: tuple[str, ...]
    """The settings that are in force now and were not before."""
    needs_restart: tuple[str, ...]
    """The settings that were changed and are not in force."""
    ends_session: bool
    """Whether the customer's session ends for it."""
    restart_ends_session: bool
    """Whether the restart that needsRestart asks for ends the customer's session, as far as the session and the
    configuration of now go.
    """
    credentials: tuple[str, ...] | None = None
    """The credentials of the service that are in use: they are read when the daemon is started, and at no reload.
    Absent where there are none.
    """
    new_credential_ends_session: bool | None = None
    """Whether another key in one of the credentials will end the customer's session with the next restart; with
    credentials only.
    """
    warnings: tuple[str, ...] | None = None
    """What is odd in the configuration, or points to what cannot be used, a line each. Absent where there is nothing.
    """

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> ReloadAnswer:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        applied = take("applied", None)
        needs_restart = take("needsRestart", None)
        ends_session = take("endsSession", None)
        restart_ends_session = take("restartEndsSession", None)
        credentials = take("credentials", None)
        new_credential_ends_session = take("newCredentialEndsSession", None)
        warnings = take("warnings", None)
        if not (type(ends_session) is bool and type(restart_ends_session) is bool):
            raise unreadable(("endsSession", ends_session, bool), ("restartEndsSession", restart_ends_session, bool))
        made = object.__new__(ReloadAnswer)
        object.__setattr__(made, "__dict__", {
            "applied": read_items(applied, str),
            "needs_restart": read_items(needs_restart, str),
            "ends_session": ends_session,
            "restart_ends_session": restart_ends_session,
            "credentials": read_items(credentials, str) if credentials is not None else None,
            "new_credential_ends_session": (
                new_credential_ends_session
                if type(new_credential_ends_session) is bool else None),
            "warnings": read_items(warnings, str) if warnings is not None else None,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class Condition:
    """What the authority answered to a conditional authentication; anything but SUCCESS has changed nothing."""

    condition: str
    """SUCCESS, or the authority's word for what is missing."""
    session: SessionStatus
    """Who the customer is and how the session stands; never a token."""
    conditions: Any = None
    """What else the authority said."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> Condition:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        condition = take("condition", None)
        session = take("session", None)
        conditions = take("conditions", None)
        if not (type(condition) is str):
            raise unreadable(("condition", condition, str))
        made = object.__new__(Condition)
        object.__setattr__(made, "__dict__", {
            "condition": condition,
            "session": SessionStatus.read(session),
            "conditions": conditions,
            "extra": json,
        })
        return made


@dataclass(frozen=True)
class SessionEvent:
    """One change of the session."""

    sequence: int
    """Numbers what has happened; never repeats and never goes back, restarts included."""
    generation: int
    """Names one customer on this device; rises when the customer changes."""
    kind: str
    """signedOut, uuidChanged, identityChanged, signedIn, signInEnded, signInPending, tokenRefreshed, expiringSoon,
    expiringSoonWithdrawn, authorityState, overflow or revoked; an unknown one is to be taken as a change.
    """
    reason: str | None = None
    """Why, where the kind does not say all."""
    what: str | None = None
    """Which limit is near."""
    at_seconds: int | None = None
    """How many seconds are left."""
    attempt: str | None = None
    """The sign-in that is meant, in signInPending and signInEnded."""
    method: str | None = None
    """How the customer signs in, in signInPending: device or browser."""
    expires_in_seconds: int | None = None
    """How many seconds are left for it, in signInPending."""
    outcome: str | None = None
    """How it ended, in signInEnded: signedIn, denied, expired, cancelled, superseded or failed."""
    status: SessionStatus | None = None
    """The session after it; absent in overflow and revoked, which end the watching."""

    extra: Mapping[str, Any] = field(default_factory=nothing_else, hash=False, repr=False)
    """Members that this version of the package does not know, as they came."""

    @staticmethod
    def read(json: Any) -> SessionEvent:
        """Reads it from what JSON gave, which is used up; raises `Unreadable`."""
        take = read_object(json)
        sequence = take("sequence", None)
        generation = take("generation", None)
        kind = take("kind", None)
        reason = take("reason", None)
        what = take("what", None)
        at_seconds = take("atSeconds", None)
        attempt = take("attempt", None)
        method = take("method", None)
        expires_in_seconds = take("expiresInSeconds", None)
        outcome = take("outcome", None)
        status = take("status", None)
        if not (type(sequence) is int and type(generation) is int and type(kind) is str):
            raise unreadable(("sequence", sequence, int), ("generation", generation, int), ("kind", kind, str))
        made = object.__new__(SessionEvent)
        object.__setattr__(made, "__dict__", {
            "sequence": sequence,
            "generation": generation,
            "kind": kind,
            "reason": reason if type(reason) is str else None,
            "what": what if type(what) is str else None,
            "at_seconds": at_seconds if type(at_seconds) is int else None,
            "attempt": attempt if type(attempt) is str else None,
            "method": method if type(method) is str else None,
            "expires_in_seconds": expires_in_seconds if type(expires_in_seconds) is int else None,
            "outcome": outcome if type(outcome) is str else None,
            "status": SessionStatus.read(status) if status is not None else None,
            "extra": json,
        })
        return made
