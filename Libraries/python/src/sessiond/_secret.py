# SPDX-License-Identifier: Apache-2.0
"""Text that no print, log line or traceback shows."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """A token, a password, a code: `reveal()` has the text, and nothing else shows it.

    It prints as `[redacted]`, also in f-strings, and cannot be pickled.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself, for a header, a field or a QR code, and for no log."""
        return self.__text

    def __repr__(self) -> str:
        return "[redacted]"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_bytes(self.__text), _bytes(other.__text))

    def __hash__(self) -> int:
        return hash(self.__text)

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
