# SPDX-License-Identifier: Apache-2.0
# Written by make-api out of Protocol/sessiond.schema.json.
"""The daemon's errors, a class for each name."""

from __future__ import annotations

from ._errors import DaemonError

__all__ = [
    "AlreadySignedInError",
    "AuthorityRejectedError",
    "AuthorityUnavailableError",
    "BusyError",
    "DeadlineExceededError",
    "GenerationMismatchError",
    "InternalError",
    "InvalidParamsError",
    "InvalidRequestError",
    "LimitExceededError",
    "LineTooLongError",
    "MethodNotFoundError",
    "MinimumValidityImpossibleError",
    "NotAnonymousError",
    "NotConfiguredError",
    "NotSignedInError",
    "ParseError",
    "PermissionDeniedError",
    "SessionExpiredError",
    "ShuttingDownError",
    "StoreFailedError",
    "StoreLockedError",
    "SupersededError",
    "TokenUnavailableError",
    "UnsupportedError",
    "VersionUnsupportedError",
    "BY_NAME",
]


class ParseError(DaemonError):
    """`parseError`: The line is not JSON within the limits. Correct the client."""


class InvalidRequestError(DaemonError):
    """`invalidRequest`: The JSON is no request, or a batch of none or more than 32. Correct the client."""


class MethodNotFoundError(DaemonError):
    """`methodNotFound`: There is no such method, in this version of the daemon at least."""


class InvalidParamsError(DaemonError):
    """`invalidParams`: A parameter is unknown, missing, of the wrong type or beyond its limits: member and reason say
    which and why.
    """


class InternalError(DaemonError):
    """`internalError`: A fault of the daemon's own. See its journal, and report it."""


class PermissionDeniedError(DaemonError):
    """`permissionDenied`: No rule grants this to the caller: capability says what is missing, the hint which line would
    grant it. With outcome done the call was carried out, and the right to hear what came of it taken away meanwhile.
    """


class NotAnonymousError(DaemonError):
    """`notAnonymous`: The customer is signed in or recognised, and would have to be signed out first."""


class AlreadySignedInError(DaemonError):
    """`alreadySignedIn`: Somebody is signed in. Sign them out first."""


class NotSignedInError(DaemonError):
    """`notSignedIn`: Nobody is signed in."""


class SessionExpiredError(DaemonError):
    """`sessionExpired`: The customer's session is over. Let them sign in again."""


class TokenUnavailableError(DaemonError):
    """`tokenUnavailable`: There is no token, and none could be had now; cause is the name of the failure, with the HTTP
    status where there was one. Go on without a token, and ask again later.
    """


class MinimumValidityImpossibleError(DaemonError):
    """`minimumValidityImpossible`: Even a new token does not live as long as was asked for, or there is none to be had
    for this one; maximumSeconds says how long one does. Ask for less.
    """


class AuthorityRejectedError(DaemonError):
    """`authorityRejected`: The authority said no: wrong credentials, a sign-in that was denied, or input that it
    refuses, which fieldErrors may say more about.
    """


class AuthorityUnavailableError(DaemonError):
    """`authorityUnavailable`: The authority could not be asked, or must not be asked yet, or it refuses what the device
    is configured with, which daemon.health says then. The session is not touched by it.
    """


class StoreLockedError(DaemonError):
    """`storeLocked`: The stored session cannot be read, and is not overwritten. An administrator has to act; see
    sessiond(8).
    """


class StoreFailedError(DaemonError):
    """`storeFailed`: The change could not be stored, so it was not made. See the daemon's journal: mostly the disk is
    full.
    """


class GenerationMismatchError(DaemonError):
    """`generationMismatch`: The session is not of the generation in ifGeneration; generation says of which it is. Look
    at the session again.
    """


class LimitExceededError(DaemonError):
    """`limitExceeded`: One of the daemon's limits is reached; the message says which."""


class DeadlineExceededError(DaemonError):
    """`deadlineExceeded`: The time that the caller gave was not enough. With outcome unknown the change may still be
    made: look before trying again.
    """


class NotConfiguredError(DaemonError):
    """`notConfigured`: The daemon has no configuration that it can use; the message names file and line of the first
    mistake and how many more there are, and problems has each as a text of its own.
    """


class UnsupportedError(DaemonError):
    """`unsupported`: This daemon, or its authority, does not do that."""


class ShuttingDownError(DaemonError):
    """`shuttingDown`: The daemon is stopping, and mostly starts again: connect anew."""


class LineTooLongError(DaemonError):
    """`lineTooLong`: A line is longer than 65,536 bytes. The connection ends."""


class VersionUnsupportedError(DaemonError):
    """`versionUnsupported`: None of the versions asked for is spoken here."""


class BusyError(DaemonError):
    """`busy`: Another authentication is running, or a sign-in at the authority is pending in another way or being
    completed.
    """


class SupersededError(DaemonError):
    """`superseded`: The session was changed while the authentication ran; it has had no effect. Of a sign-in at the
    authority: it is over.
    """


BY_NAME = {
    "parseError": ParseError,
    "invalidRequest": InvalidRequestError,
    "methodNotFound": MethodNotFoundError,
    "invalidParams": InvalidParamsError,
    "internalError": InternalError,
    "permissionDenied": PermissionDeniedError,
    "notAnonymous": NotAnonymousError,
    "alreadySignedIn": AlreadySignedInError,
    "notSignedIn": NotSignedInError,
    "sessionExpired": SessionExpiredError,
    "tokenUnavailable": TokenUnavailableError,
    "minimumValidityImpossible": MinimumValidityImpossibleError,
    "authorityRejected": AuthorityRejectedError,
    "authorityUnavailable": AuthorityUnavailableError,
    "storeLocked": StoreLockedError,
    "storeFailed": StoreFailedError,
    "generationMismatch": GenerationMismatchError,
    "limitExceeded": LimitExceededError,
    "deadlineExceeded": DeadlineExceededError,
    "notConfigured": NotConfiguredError,
    "unsupported": UnsupportedError,
    "shuttingDown": ShuttingDownError,
    "lineTooLong": LineTooLongError,
    "versionUnsupported": VersionUnsupportedError,
    "busy": BusyError,
    "superseded": SupersededError,
}
