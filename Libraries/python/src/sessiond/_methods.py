# SPDX-License-Identifier: Apache-2.0
# Written by make-api out of Protocol/sessiond.schema.json.
"""The methods by the wire's names, of both clients."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Literal, Mapping, TypeVar, overload

from ._answers import (
    Condition,
    HealthAnswer,
    HelloAnswer,
    InfoAnswer,
    MetricsAnswer,
    NewCustomerAnswer,
    PendingSignIn,
    ReloadAnswer,
    SessionStatus,
    SignInRequestAnswer,
    SignOutAnswer,
    TokenAnswer,
    TokenFacts,
)
from ._reading import (
    read_as_it_is,
    read_authentication,
    read_cancelled,
    read_nothing,
    read_pending,
    read_uuid,
)
from ._requests import KEEP, Keep, Method, revealed, time_text
from ._secret import Secret

Result = TypeVar("Result")

GET_UUID = Method("session.getUUID", False, None)
GET_UUID_FOR_AUTHENTICATION = Method("session.getUUIDForAuthentication", False, None)
STATUS = Method("session.status", False, None)
RETRIEVE_TOKEN = Method("session.retrieveToken", False, None)
REFRESH_TOKEN = Method("session.refreshToken", False, None)
REGENERATE_UUID = Method("session.regenerateUUID", True, None)
DESTROY = Method("session.destroy", True, None)
SIGN_IN = Method("session.signIn", True, None)
AUTHENTICATE = Method("session.authenticate", True, None)
AUTHENTICATE_WITH_TOKEN = Method("session.authenticateWithToken", True, None)
SIMPLE_AUTHENTICATE = Method("session.simpleAuthenticate", True, None)
BEGIN_SIGN_IN = Method("session.beginSignIn", True, "signInRequest")
PENDING_SIGN_IN = Method("session.pendingSignIn", False, "signInRequest")
COMPLETE_SIGN_IN = Method("session.completeSignIn", True, "signInRequest")
CANCEL_SIGN_IN = Method("session.cancelSignIn", True, "signInRequest")
SIGN_OUT = Method("session.signOut", True, None)
DELETE_ACCOUNT = Method("session.deleteAccount", True, None)
SET_IDENTITY = Method("session.setIdentity", True, None)
PROFILE = Method("session.profile", False, None)
TOUCH = Method("session.touch", False, None)
CHANGE_API_KEY = Method("authority.changeAPIKey", True, None)
HELLO = Method("daemon.hello", False, None)
INFO = Method("daemon.info", False, None)
HEALTH = Method("daemon.health", False, None)
METRICS = Method("daemon.metrics", False, None)
SET_LOG_LEVEL = Method("daemon.setLogLevel", False, None)
RELOAD = Method("daemon.reload", True, None)
DISCOVER = Method("rpc.discover", False, None)
RELOAD_DRY = Method("daemon.reload", False, None)
WATCH = Method("session.watch", False, None)


class Methods:
    """The methods; each waits for its answer."""

    def _call(
        self, method: Method, params: dict[str, Any], timeout: float | None, read: Callable[[Any], Result]
    ) -> Result:
        raise NotImplementedError

    def get_uuid(self, *, timeout: float | None = None) -> str:
        """The customer's UUID."""
        return self._call(GET_UUID, {}, timeout, read_uuid)

    def get_uuid_for_authentication(self, *, auth_id: str | None = None, timeout: float | None = None) -> str:
        """The UUID that an authentication with that authID, begun now, would commit.

        auth_id: What the UUID is derived from; it must be unique for the customer.
        """
        params: dict[str, Any] = {}
        if auth_id is not None:
            params["authID"] = auth_id
        return self._call(GET_UUID_FOR_AUTHENTICATION, params, timeout, read_uuid)

    def status(self, *, timeout: float | None = None) -> SessionStatus:
        """Who the customer is and how the session stands; never a token."""
        return self._call(STATUS, {}, timeout, SessionStatus.read)

    def retrieve_token(
        self, *, minimum_validity_seconds: int | None = None, allow_stale: bool = False,
        require_signed_in: bool = False, timeout: float | None = None,
    ) -> TokenAnswer:
        """The customer's token while somebody is signed in, else the anonymous one.

        minimum_validity_seconds: How long the token must live at least.
        allow_stale: Where it cannot be refreshed now, take one that lives shorter.
        require_signed_in: Take only that of a customer who is signed in.

        Raises NotSignedInError, SessionExpiredError, TokenUnavailableError, MinimumValidityImpossibleError,
        AuthorityUnavailableError.
        """
        params: dict[str, Any] = {}
        if minimum_validity_seconds is not None:
            params["minimumValiditySeconds"] = minimum_validity_seconds
        if allow_stale:
            params["allowStale"] = allow_stale
        if require_signed_in:
            params["requireSignedIn"] = require_signed_in
        return self._call(RETRIEVE_TOKEN, params, timeout, TokenAnswer.read)

    def refresh_token(self, *, timeout: float | None = None) -> TokenFacts:
        """Refreshes the token that session.retrieveToken would give; within ten seconds of a refresh it answers with
        that one.

        Raises TokenUnavailableError, AuthorityUnavailableError.
        """
        return self._call(REFRESH_TOKEN, {}, timeout, TokenFacts.read)

    def regenerate_uuid(
        self, *, client_identifier: str | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> NewCustomerAnswer:
        """Begins a new anonymous customer.

        client_identifier: What the UUID is derived from; absent: by chance.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises NotAnonymousError.
        """
        params: dict[str, Any] = {}
        if client_identifier is not None:
            params["clientIdentifier"] = client_identifier
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(REGENERATE_UUID, params, timeout, NewCustomerAnswer.read)

    def destroy(
        self, *, discard_unreadable: bool = False, if_generation: int | None = None, timeout: float | None = None,
    ) -> NewCustomerAnswer:
        """Ends the session, forgets everything about the customer and begins a new anonymous one.

        discard_unreadable: Whether a stored session that cannot be read may be thrown away.
        if_generation: Do it only while this is the session's generation; else generationMismatch.
        """
        params: dict[str, Any] = {}
        if discard_unreadable:
            params["discardUnreadable"] = discard_unreadable
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(DESTROY, params, timeout, NewCustomerAnswer.read)

    @overload
    def sign_in(
        self, *, password: Secret | str, email: str | None = None, custom_id: str | None = None,
        auth_id: str | None = None, conditional: Literal[False] = ..., agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus: ...

    @overload
    def sign_in(
        self, *, password: Secret | str, email: str | None = None, custom_id: str | None = None,
        auth_id: str | None = None, conditional: Literal[True], agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> Condition: ...

    def sign_in(
        self, *, password: Secret | str, email: str | None = None, custom_id: str | None = None,
        auth_id: str | None = None, conditional: bool = False, agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus | Condition:
        """Signs a customer in with a password.

        password: A password, at most 4,096 bytes of UTF-8, without control characters.
        email: The account, by its e-mail.
        custom_id: The account, by the customer's id in the shop.
        auth_id: What the UUID is derived from; it must be unique for the customer.
        conditional: Have a condition answered in place of an error.
        agreements: Handed on to the authority.
        attributes: Handed on to the authority.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError.
        """
        params: dict[str, Any] = {}
        params["password"] = revealed(password)
        if email is not None:
            params["email"] = email
        if custom_id is not None:
            params["customID"] = custom_id
        if auth_id is not None:
            params["authID"] = auth_id
        if conditional:
            params["conditional"] = conditional
        if agreements is not None:
            params["agreements"] = agreements
        if attributes is not None:
            params["attributes"] = attributes
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(SIGN_IN, params, timeout, read_authentication)

    @overload
    def authenticate(
        self, *, provider: Literal["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"], provider_token: Secret | str,
        auth_id: str | None = None, conditional: Literal[False] = ..., agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus: ...

    @overload
    def authenticate(
        self, *, provider: Literal["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"], provider_token: Secret | str,
        auth_id: str | None = None, conditional: Literal[True], agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> Condition: ...

    def authenticate(
        self, *, provider: Literal["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"], provider_token: Secret | str,
        auth_id: str | None = None, conditional: bool = False, agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus | Condition:
        """Signs a customer in with the token of an identity provider.

        provider: Whose token it is.
        provider_token: A token, at most 32,768 bytes, without control characters.
        auth_id: What the UUID is derived from; it must be unique for the customer.
        conditional: Have a condition answered in place of an error.
        agreements: Handed on to the authority.
        attributes: Handed on to the authority.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError,
        UnsupportedError.
        """
        params: dict[str, Any] = {}
        params["provider"] = provider
        params["providerToken"] = revealed(provider_token)
        if auth_id is not None:
            params["authID"] = auth_id
        if conditional:
            params["conditional"] = conditional
        if agreements is not None:
            params["agreements"] = agreements
        if attributes is not None:
            params["attributes"] = attributes
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(AUTHENTICATE, params, timeout, read_authentication)

    def authenticate_with_token(
        self, *, token: Secret | str, expires_at: datetime | str, origin: str, uuid: str, client_id: str | None = None,
        custom_id: str | None = None, realm: str | None = None, auth_id: str | None = None,
        if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus | Condition:
        """Installs a client token that was obtained elsewhere; its UUID becomes the session's.

        token: A token that goes into an Authorization header (RFC 6750): 1 to 32,768 visible ASCII characters.
        expires_at: When it ends, by the authority's clock.
        origin: Where it came from; not ANONYMOUS and not SIMPLE_AUTH.
        uuid: Whose it is.
        client_id: The numeric id of the customer's profile.
        custom_id: The customer's own id.
        realm: The authority's realm.
        auth_id: What the UUID is derived from; it must be unique for the customer.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError.
        """
        params: dict[str, Any] = {}
        params["token"] = revealed(token)
        params["expiresAt"] = time_text(expires_at)
        params["origin"] = origin
        params["uuid"] = uuid
        if client_id is not None:
            params["clientID"] = client_id
        if custom_id is not None:
            params["customID"] = custom_id
        if realm is not None:
            params["realm"] = realm
        if auth_id is not None:
            params["authID"] = auth_id
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(AUTHENTICATE_WITH_TOKEN, params, timeout, read_authentication)

    def simple_authenticate(
        self, *, auth_id: str, email: str | None = None, custom_id: str | None = None, uuid: str | None = None,
        profile: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus | Condition:
        """Recognises a customer without a password.

        auth_id: What the UUID is derived from; it must be unique for the customer.
        email: The account, by its e-mail.
        custom_id: The account, by the customer's id in the shop.
        uuid: The UUID to use in place of the one that the authID leads to.
        profile: Handed on to the authority, at most 16,384 bytes.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError,
        UnsupportedError.
        """
        params: dict[str, Any] = {}
        params["authID"] = auth_id
        if email is not None:
            params["email"] = email
        if custom_id is not None:
            params["customID"] = custom_id
        if uuid is not None:
            params["uuid"] = uuid
        if profile is not None:
            params["profile"] = profile
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(SIMPLE_AUTHENTICATE, params, timeout, read_authentication)

    def begin_sign_in(
        self, *, method: Literal["device", "browser"] | None = None, redirect_uri: str | None = None,
        replace: bool = False, if_generation: int | None = None, timeout: float | None = None,
    ) -> SignInRequestAnswer:
        """Begins a sign-in at the authority itself, or joins the one that is pending.

        method: With a device of the customer's own, or in a web view; absent: as the one that is pending, else with a
            device where the authority has that.
        redirect_uri: Where the browser is sent back to, one of those that are configured; absent: the first.
        replace: Give up one that is pending.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError,
        UnsupportedError.
        """
        params: dict[str, Any] = {}
        if method is not None:
            params["method"] = method
        if redirect_uri is not None:
            params["redirectURI"] = redirect_uri
        if replace:
            params["replace"] = replace
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(BEGIN_SIGN_IN, params, timeout, SignInRequestAnswer.read)

    def pending_sign_in(self, *, timeout: float | None = None) -> PendingSignIn | None:
        """The sign-in that is pending, to show its code on another screen; an empty object where nobody signs in."""
        return self._call(PENDING_SIGN_IN, {}, timeout, read_pending)

    def complete_sign_in(
        self, *, attempt: str, callback_url: Secret | str, if_generation: int | None = None,
        timeout: float | None = None,
    ) -> SessionStatus:
        """Hands back the address that the authority sent the browser to: the customer is signed in then.

        attempt: Names a sign-in at the authority: 1 to 64 visible ASCII characters.
        callback_url: The whole address with its query.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError.
        """
        params: dict[str, Any] = {}
        params["attempt"] = attempt
        params["callbackURL"] = revealed(callback_url)
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(COMPLETE_SIGN_IN, params, timeout, SessionStatus.read)

    def cancel_sign_in(
        self, *, attempt: str | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> bool:
        """Gives a pending sign-in up.

        attempt: Which one; absent: whichever is pending.
        if_generation: Do it only while this is the session's generation; else generationMismatch.
        """
        params: dict[str, Any] = {}
        if attempt is not None:
            params["attempt"] = attempt
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(CANCEL_SIGN_IN, params, timeout, read_cancelled)

    def sign_out(
        self, *, mode: Literal["signOut", "destroy"] | None = None, from_all_devices: bool = False,
        if_generation: int | None = None, timeout: float | None = None,
    ) -> SignOutAnswer:
        """Ends the customer's session, without a network too.

        mode: Whether UUID and labels stay.
        from_all_devices: Have the authority end the customer's sessions everywhere.
        if_generation: Do it only while this is the session's generation; else generationMismatch.
        """
        params: dict[str, Any] = {}
        if mode is not None:
            params["mode"] = mode
        if from_all_devices:
            params["fromAllDevices"] = from_all_devices
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(SIGN_OUT, params, timeout, SignOutAnswer.read)

    def delete_account(
        self, *, auth_factor: Secret | str, provider: Literal["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"] | None = None,
        auth_id: str | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> NewCustomerAnswer:
        """Deletes the account of the customer who is signed in, at the authority and then here.

        auth_factor: The password, or the provider's token.
        provider: Whose token the factor is; absent: it is the password.
        auth_id: What the UUID is derived from; it must be unique for the customer.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError, NotSignedInError,
        UnsupportedError.
        """
        params: dict[str, Any] = {}
        params["authFactor"] = revealed(auth_factor)
        if provider is not None:
            params["provider"] = provider
        if auth_id is not None:
            params["authID"] = auth_id
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(DELETE_ACCOUNT, params, timeout, NewCustomerAnswer.read)

    def set_identity(
        self, *, custom_email: str | None | Keep = KEEP, custom_identifier: str | None | Keep = KEEP,
        if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus:
        """Sets the labels that are given, at least one; null clears.

        custom_email: The label for an e-mail. None clears it; by default it stays.
        custom_identifier: The label for an identifier. None clears it; by default it stays.
        if_generation: Do it only while this is the session's generation; else generationMismatch.
        """
        params: dict[str, Any] = {}
        if custom_email is not KEEP:
            params["customEmail"] = custom_email
        if custom_identifier is not KEEP:
            params["customIdentifier"] = custom_identifier
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return self._call(SET_IDENTITY, params, timeout, SessionStatus.read)

    def profile(self, *, timeout: float | None = None) -> dict[str, Any]:
        """The customer's own profile as the authority gives it.

        Raises NotSignedInError, SessionExpiredError, TokenUnavailableError, AuthorityRejectedError,
        AuthorityUnavailableError, UnsupportedError.
        """
        return self._call(PROFILE, {}, timeout, read_as_it_is)

    def touch(self, *, timeout: float | None = None) -> None:
        """Says that the customer is there: the only thing that counts as their activity."""
        self._call(TOUCH, {}, timeout, read_nothing)

    def change_api_key(self, api_key: Secret | str, *, timeout: float | None = None) -> SessionStatus:
        """Uses another API key at the authority, until another one is configured.

        api_key: An API key: 1 to 4,096 visible ASCII characters.

        Raises UnsupportedError.
        """
        params: dict[str, Any] = {}
        params["apiKey"] = revealed(api_key)
        return self._call(CHANGE_API_KEY, params, timeout, SessionStatus.read)

    def hello(self, *, client: str | None = None, timeout: float | None = None) -> HelloAnswer:
        """Agrees on a version of the protocol; optional, the first request of a connection, and alone.

        client: The client's name and version.

        Raises VersionUnsupportedError.
        """
        params: dict[str, Any] = {"protocol": [1]}
        if client is not None:
            params["client"] = client
        return self._call(HELLO, params, timeout, HelloAnswer.read)

    def info(self, *, timeout: float | None = None) -> InfoAnswer:
        """What runs, since when, with which configuration."""
        return self._call(INFO, {}, timeout, InfoAnswer.read)

    def health(self, *, timeout: float | None = None) -> HealthAnswer:
        """Whether a session can be used, and what stands in the way."""
        return self._call(HEALTH, {}, timeout, HealthAnswer.read)

    def metrics(self, *, timeout: float | None = None) -> MetricsAnswer:
        """What the daemon counts and measures."""
        return self._call(METRICS, {}, timeout, MetricsAnswer.read)

    def set_log_level(
        self, level: Literal["trace", "debug", "info", "notice", "warning", "error", "critical"], *,
        timeout: float | None = None,
    ) -> None:
        """Changes what is logged, until the daemon restarts.

        level: The lowest level that is logged.
        """
        params: dict[str, Any] = {}
        params["level"] = level
        self._call(SET_LOG_LEVEL, params, timeout, read_nothing)

    def reload(self, *, dry_run: bool = False, timeout: float | None = None) -> ReloadAnswer:
        """Reads the configuration again, and goes on with what can be changed while the daemon runs.

        dry_run: Only say what would be done.
        """
        params: dict[str, Any] = {}
        if dry_run:
            params["dryRun"] = dry_run
        return self._call(RELOAD_DRY if dry_run else RELOAD, params, timeout, ReloadAnswer.read)

    def discover(self, *, timeout: float | None = None) -> dict[str, Any]:
        """This protocol as an OpenRPC document."""
        return self._call(DISCOVER, {}, timeout, read_as_it_is)


class AsyncMethods:
    """The methods, to be awaited."""

    async def _call(
        self, method: Method, params: dict[str, Any], timeout: float | None, read: Callable[[Any], Result]
    ) -> Result:
        raise NotImplementedError

    async def get_uuid(self, *, timeout: float | None = None) -> str:
        """The customer's UUID."""
        return await self._call(GET_UUID, {}, timeout, read_uuid)

    async def get_uuid_for_authentication(self, *, auth_id: str | None = None, timeout: float | None = None) -> str:
        """The UUID that an authentication with that authID, begun now, would commit.

        auth_id: What the UUID is derived from; it must be unique for the customer.
        """
        params: dict[str, Any] = {}
        if auth_id is not None:
            params["authID"] = auth_id
        return await self._call(GET_UUID_FOR_AUTHENTICATION, params, timeout, read_uuid)

    async def status(self, *, timeout: float | None = None) -> SessionStatus:
        """Who the customer is and how the session stands; never a token."""
        return await self._call(STATUS, {}, timeout, SessionStatus.read)

    async def retrieve_token(
        self, *, minimum_validity_seconds: int | None = None, allow_stale: bool = False,
        require_signed_in: bool = False, timeout: float | None = None,
    ) -> TokenAnswer:
        """The customer's token while somebody is signed in, else the anonymous one.

        minimum_validity_seconds: How long the token must live at least.
        allow_stale: Where it cannot be refreshed now, take one that lives shorter.
        require_signed_in: Take only that of a customer who is signed in.

        Raises NotSignedInError, SessionExpiredError, TokenUnavailableError, MinimumValidityImpossibleError,
        AuthorityUnavailableError.
        """
        params: dict[str, Any] = {}
        if minimum_validity_seconds is not None:
            params["minimumValiditySeconds"] = minimum_validity_seconds
        if allow_stale:
            params["allowStale"] = allow_stale
        if require_signed_in:
            params["requireSignedIn"] = require_signed_in
        return await self._call(RETRIEVE_TOKEN, params, timeout, TokenAnswer.read)

    async def refresh_token(self, *, timeout: float | None = None) -> TokenFacts:
        """Refreshes the token that session.retrieveToken would give; within ten seconds of a refresh it answers with
        that one.

        Raises TokenUnavailableError, AuthorityUnavailableError.
        """
        return await self._call(REFRESH_TOKEN, {}, timeout, TokenFacts.read)

    async def regenerate_uuid(
        self, *, client_identifier: str | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> NewCustomerAnswer:
        """Begins a new anonymous customer.

        client_identifier: What the UUID is derived from; absent: by chance.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises NotAnonymousError.
        """
        params: dict[str, Any] = {}
        if client_identifier is not None:
            params["clientIdentifier"] = client_identifier
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(REGENERATE_UUID, params, timeout, NewCustomerAnswer.read)

    async def destroy(
        self, *, discard_unreadable: bool = False, if_generation: int | None = None, timeout: float | None = None,
    ) -> NewCustomerAnswer:
        """Ends the session, forgets everything about the customer and begins a new anonymous one.

        discard_unreadable: Whether a stored session that cannot be read may be thrown away.
        if_generation: Do it only while this is the session's generation; else generationMismatch.
        """
        params: dict[str, Any] = {}
        if discard_unreadable:
            params["discardUnreadable"] = discard_unreadable
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(DESTROY, params, timeout, NewCustomerAnswer.read)

    @overload
    async def sign_in(
        self, *, password: Secret | str, email: str | None = None, custom_id: str | None = None,
        auth_id: str | None = None, conditional: Literal[False] = ..., agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus: ...

    @overload
    async def sign_in(
        self, *, password: Secret | str, email: str | None = None, custom_id: str | None = None,
        auth_id: str | None = None, conditional: Literal[True], agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> Condition: ...

    async def sign_in(
        self, *, password: Secret | str, email: str | None = None, custom_id: str | None = None,
        auth_id: str | None = None, conditional: bool = False, agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus | Condition:
        """Signs a customer in with a password.

        password: A password, at most 4,096 bytes of UTF-8, without control characters.
        email: The account, by its e-mail.
        custom_id: The account, by the customer's id in the shop.
        auth_id: What the UUID is derived from; it must be unique for the customer.
        conditional: Have a condition answered in place of an error.
        agreements: Handed on to the authority.
        attributes: Handed on to the authority.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError.
        """
        params: dict[str, Any] = {}
        params["password"] = revealed(password)
        if email is not None:
            params["email"] = email
        if custom_id is not None:
            params["customID"] = custom_id
        if auth_id is not None:
            params["authID"] = auth_id
        if conditional:
            params["conditional"] = conditional
        if agreements is not None:
            params["agreements"] = agreements
        if attributes is not None:
            params["attributes"] = attributes
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(SIGN_IN, params, timeout, read_authentication)

    @overload
    async def authenticate(
        self, *, provider: Literal["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"], provider_token: Secret | str,
        auth_id: str | None = None, conditional: Literal[False] = ..., agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus: ...

    @overload
    async def authenticate(
        self, *, provider: Literal["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"], provider_token: Secret | str,
        auth_id: str | None = None, conditional: Literal[True], agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> Condition: ...

    async def authenticate(
        self, *, provider: Literal["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"], provider_token: Secret | str,
        auth_id: str | None = None, conditional: bool = False, agreements: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus | Condition:
        """Signs a customer in with the token of an identity provider.

        provider: Whose token it is.
        provider_token: A token, at most 32,768 bytes, without control characters.
        auth_id: What the UUID is derived from; it must be unique for the customer.
        conditional: Have a condition answered in place of an error.
        agreements: Handed on to the authority.
        attributes: Handed on to the authority.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError,
        UnsupportedError.
        """
        params: dict[str, Any] = {}
        params["provider"] = provider
        params["providerToken"] = revealed(provider_token)
        if auth_id is not None:
            params["authID"] = auth_id
        if conditional:
            params["conditional"] = conditional
        if agreements is not None:
            params["agreements"] = agreements
        if attributes is not None:
            params["attributes"] = attributes
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(AUTHENTICATE, params, timeout, read_authentication)

    async def authenticate_with_token(
        self, *, token: Secret | str, expires_at: datetime | str, origin: str, uuid: str, client_id: str | None = None,
        custom_id: str | None = None, realm: str | None = None, auth_id: str | None = None,
        if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus | Condition:
        """Installs a client token that was obtained elsewhere; its UUID becomes the session's.

        token: A token that goes into an Authorization header (RFC 6750): 1 to 32,768 visible ASCII characters.
        expires_at: When it ends, by the authority's clock.
        origin: Where it came from; not ANONYMOUS and not SIMPLE_AUTH.
        uuid: Whose it is.
        client_id: The numeric id of the customer's profile.
        custom_id: The customer's own id.
        realm: The authority's realm.
        auth_id: What the UUID is derived from; it must be unique for the customer.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError.
        """
        params: dict[str, Any] = {}
        params["token"] = revealed(token)
        params["expiresAt"] = time_text(expires_at)
        params["origin"] = origin
        params["uuid"] = uuid
        if client_id is not None:
            params["clientID"] = client_id
        if custom_id is not None:
            params["customID"] = custom_id
        if realm is not None:
            params["realm"] = realm
        if auth_id is not None:
            params["authID"] = auth_id
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(AUTHENTICATE_WITH_TOKEN, params, timeout, read_authentication)

    async def simple_authenticate(
        self, *, auth_id: str, email: str | None = None, custom_id: str | None = None, uuid: str | None = None,
        profile: Mapping[str, Any] | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus | Condition:
        """Recognises a customer without a password.

        auth_id: What the UUID is derived from; it must be unique for the customer.
        email: The account, by its e-mail.
        custom_id: The account, by the customer's id in the shop.
        uuid: The UUID to use in place of the one that the authID leads to.
        profile: Handed on to the authority, at most 16,384 bytes.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError,
        UnsupportedError.
        """
        params: dict[str, Any] = {}
        params["authID"] = auth_id
        if email is not None:
            params["email"] = email
        if custom_id is not None:
            params["customID"] = custom_id
        if uuid is not None:
            params["uuid"] = uuid
        if profile is not None:
            params["profile"] = profile
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(SIMPLE_AUTHENTICATE, params, timeout, read_authentication)

    async def begin_sign_in(
        self, *, method: Literal["device", "browser"] | None = None, redirect_uri: str | None = None,
        replace: bool = False, if_generation: int | None = None, timeout: float | None = None,
    ) -> SignInRequestAnswer:
        """Begins a sign-in at the authority itself, or joins the one that is pending.

        method: With a device of the customer's own, or in a web view; absent: as the one that is pending, else with a
            device where the authority has that.
        redirect_uri: Where the browser is sent back to, one of those that are configured; absent: the first.
        replace: Give up one that is pending.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AlreadySignedInError, AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError,
        UnsupportedError.
        """
        params: dict[str, Any] = {}
        if method is not None:
            params["method"] = method
        if redirect_uri is not None:
            params["redirectURI"] = redirect_uri
        if replace:
            params["replace"] = replace
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(BEGIN_SIGN_IN, params, timeout, SignInRequestAnswer.read)

    async def pending_sign_in(self, *, timeout: float | None = None) -> PendingSignIn | None:
        """The sign-in that is pending, to show its code on another screen; an empty object where nobody signs in."""
        return await self._call(PENDING_SIGN_IN, {}, timeout, read_pending)

    async def complete_sign_in(
        self, *, attempt: str, callback_url: Secret | str, if_generation: int | None = None,
        timeout: float | None = None,
    ) -> SessionStatus:
        """Hands back the address that the authority sent the browser to: the customer is signed in then.

        attempt: Names a sign-in at the authority: 1 to 64 visible ASCII characters.
        callback_url: The whole address with its query.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError.
        """
        params: dict[str, Any] = {}
        params["attempt"] = attempt
        params["callbackURL"] = revealed(callback_url)
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(COMPLETE_SIGN_IN, params, timeout, SessionStatus.read)

    async def cancel_sign_in(
        self, *, attempt: str | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> bool:
        """Gives a pending sign-in up.

        attempt: Which one; absent: whichever is pending.
        if_generation: Do it only while this is the session's generation; else generationMismatch.
        """
        params: dict[str, Any] = {}
        if attempt is not None:
            params["attempt"] = attempt
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(CANCEL_SIGN_IN, params, timeout, read_cancelled)

    async def sign_out(
        self, *, mode: Literal["signOut", "destroy"] | None = None, from_all_devices: bool = False,
        if_generation: int | None = None, timeout: float | None = None,
    ) -> SignOutAnswer:
        """Ends the customer's session, without a network too.

        mode: Whether UUID and labels stay.
        from_all_devices: Have the authority end the customer's sessions everywhere.
        if_generation: Do it only while this is the session's generation; else generationMismatch.
        """
        params: dict[str, Any] = {}
        if mode is not None:
            params["mode"] = mode
        if from_all_devices:
            params["fromAllDevices"] = from_all_devices
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(SIGN_OUT, params, timeout, SignOutAnswer.read)

    async def delete_account(
        self, *, auth_factor: Secret | str, provider: Literal["OAUTH", "FACEBOOK", "GOOGLE", "APPLE"] | None = None,
        auth_id: str | None = None, if_generation: int | None = None, timeout: float | None = None,
    ) -> NewCustomerAnswer:
        """Deletes the account of the customer who is signed in, at the authority and then here.

        auth_factor: The password, or the provider's token.
        provider: Whose token the factor is; absent: it is the password.
        auth_id: What the UUID is derived from; it must be unique for the customer.
        if_generation: Do it only while this is the session's generation; else generationMismatch.

        Raises AuthorityRejectedError, AuthorityUnavailableError, BusyError, SupersededError, NotSignedInError,
        UnsupportedError.
        """
        params: dict[str, Any] = {}
        params["authFactor"] = revealed(auth_factor)
        if provider is not None:
            params["provider"] = provider
        if auth_id is not None:
            params["authID"] = auth_id
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(DELETE_ACCOUNT, params, timeout, NewCustomerAnswer.read)

    async def set_identity(
        self, *, custom_email: str | None | Keep = KEEP, custom_identifier: str | None | Keep = KEEP,
        if_generation: int | None = None, timeout: float | None = None,
    ) -> SessionStatus:
        """Sets the labels that are given, at least one; null clears.

        custom_email: The label for an e-mail. None clears it; by default it stays.
        custom_identifier: The label for an identifier. None clears it; by default it stays.
        if_generation: Do it only while this is the session's generation; else generationMismatch.
        """
        params: dict[str, Any] = {}
        if custom_email is not KEEP:
            params["customEmail"] = custom_email
        if custom_identifier is not KEEP:
            params["customIdentifier"] = custom_identifier
        if if_generation is not None:
            params["ifGeneration"] = if_generation
        return await self._call(SET_IDENTITY, params, timeout, SessionStatus.read)

    async def profile(self, *, timeout: float | None = None) -> dict[str, Any]:
        """The customer's own profile as the authority gives it.

        Raises NotSignedInError, SessionExpiredError, TokenUnavailableError, AuthorityRejectedError,
        AuthorityUnavailableError, UnsupportedError.
        """
        return await self._call(PROFILE, {}, timeout, read_as_it_is)

    async def touch(self, *, timeout: float | None = None) -> None:
        """Says that the customer is there: the only thing that counts as their activity."""
        await self._call(TOUCH, {}, timeout, read_nothing)

    async def change_api_key(self, api_key: Secret | str, *, timeout: float | None = None) -> SessionStatus:
        """Uses another API key at the authority, until another one is configured.

        api_key: An API key: 1 to 4,096 visible ASCII characters.

        Raises UnsupportedError.
        """
        params: dict[str, Any] = {}
        params["apiKey"] = revealed(api_key)
        return await self._call(CHANGE_API_KEY, params, timeout, SessionStatus.read)

    async def hello(self, *, client: str | None = None, timeout: float | None = None) -> HelloAnswer:
        """Agrees on a version of the protocol; optional, the first request of a connection, and alone.

        client: The client's name and version.

        Raises VersionUnsupportedError.
        """
        params: dict[str, Any] = {"protocol": [1]}
        if client is not None:
            params["client"] = client
        return await self._call(HELLO, params, timeout, HelloAnswer.read)

    async def info(self, *, timeout: float | None = None) -> InfoAnswer:
        """What runs, since when, with which configuration."""
        return await self._call(INFO, {}, timeout, InfoAnswer.read)

    async def health(self, *, timeout: float | None = None) -> HealthAnswer:
        """Whether a session can be used, and what stands in the way."""
        return await self._call(HEALTH, {}, timeout, HealthAnswer.read)

    async def metrics(self, *, timeout: float | None = None) -> MetricsAnswer:
        """What the daemon counts and measures."""
        return await self._call(METRICS, {}, timeout, MetricsAnswer.read)

    async def set_log_level(
        self, level: Literal["trace", "debug", "info", "notice", "warning", "error", "critical"], *,
        timeout: float | None = None,
    ) -> None:
        """Changes what is logged, until the daemon restarts.

        level: The lowest level that is logged.
        """
        params: dict[str, Any] = {}
        params["level"] = level
        await self._call(SET_LOG_LEVEL, params, timeout, read_nothing)

    async def reload(self, *, dry_run: bool = False, timeout: float | None = None) -> ReloadAnswer:
        """Reads the configuration again, and goes on with what can be changed while the daemon runs.

        dry_run: Only say what would be done.
        """
        params: dict[str, Any] = {}
        if dry_run:
            params["dryRun"] = dry_run
        return await self._call(RELOAD_DRY if dry_run else RELOAD, params, timeout, ReloadAnswer.read)

    async def discover(self, *, timeout: float | None = None) -> dict[str, Any]:
        """This protocol as an OpenRPC document."""
        return await self._call(DISCOVER, {}, timeout, read_as_it_is)
