# SPDX-License-Identifier: Apache-2.0
"""Finds texts that must not be somewhere, in every form that they may have taken there."""

import base64
import json
import urllib.parse


def forms(text):
    """Everything that a text may look like in a log."""
    data = text.encode()
    found = {
        text, data.hex(), data.hex(" "), urllib.parse.quote(text), urllib.parse.quote(text, safe=""),
        json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1],
        "".join(f"\\u{ord(character):04x}" for character in text),
        "".join(f"\\x{byte:02x}" for byte in data),
    }
    # Wherever it begins in what is encoded; the ends depend on what stands beside it.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data)
        inner = encoded[4 if shift else 0:len(encoded) // 4 * 4 - 4].decode()
        found |= {inner, inner.translate(str.maketrans("+/", "-_"))}
    return found


def leaks(text, canaries):
    """The names of the canaries that occur in a text, in any form."""
    lowered = text.lower()
    return sorted(
        name for name, canary in canaries.items()
        if any(form in text or form.lower() in lowered for form in forms(canary)))
