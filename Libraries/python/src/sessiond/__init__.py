# SPDX-License-Identifier: Apache-2.0
"""The customer session of this device: who the customer is now, and a valid token for them.

```python
import sessiond

with sessiond.Client() as client:
    answer = client.retrieve_token(minimum_validity_seconds=60)
    headers = {"Authorization": f"Bearer {answer.token.reveal()}"}
```

`Client` blocks and may be used by many threads; `AsyncClient` is for asyncio. The methods have the names of the protocol,
sessiond-protocol(7), in Python's style.
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from . import _answers, _named_errors
from ._answers import *
from ._client import Changes, Client
from ._errors import (
    ClosedError,
    ConnectionLostError,
    DaemonError,
    InvalidSocketPathError,
    MalformedAnswerError,
    RequestTooLargeError,
    SessionError,
    TimedOutError,
    UnreachableError,
)
from ._following import SessionChange
from ._named_errors import *
from ._requests import KEEP, Keep
from ._secret import Secret

if _TYPE_CHECKING:
    from ._asyncio import AsyncChanges, AsyncClient

__version__ = "0.1.0"

__all__ = [
    "AsyncChanges",
    "AsyncClient",
    "Changes",
    "Client",
    "ClosedError",
    "ConnectionLostError",
    "DaemonError",
    "InvalidSocketPathError",
    "KEEP",
    "Keep",
    "MalformedAnswerError",
    "RequestTooLargeError",
    "Secret",
    "SessionChange",
    "SessionError",
    "TimedOutError",
    "UnreachableError",
]
__all__ += _answers.__all__
__all__ += _named_errors.__all__


def __getattr__(name: str) -> object:
    # A program that blocks does without asyncio, which takes longer to import than all the rest.
    if name not in ("AsyncChanges", "AsyncClient"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import _asyncio

    return getattr(_asyncio, name)
