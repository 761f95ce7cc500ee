# SPDX-License-Identifier: Apache-2.0
"""JSON Web Tokens, as a library that has nothing to do with the daemon verifies them."""

import json
import subprocess

from harness import ENVIRONMENT, PATIENCE_SECONDS

# Debian's interpreter, which has Debian's packages: python3-jwt.
VERIFY = """
import json, sys
import jwt
given = json.load(sys.stdin)
keys = jwt.PyJWKSet.from_dict(given["jwks"])
kid = jwt.get_unverified_header(given["token"])["kid"]
key = next(key for key in keys.keys if key.key_id == kid)
print(json.dumps(jwt.decode(
    given["token"], key.key, ["RS256"], audience=given["audience"], issuer=given["issuer"])))
"""


def verified(token, jwks, issuer, audience):
    """The claims of an RS256 token that a key of the set has signed; fails unless it is that issuer's, and current."""
    given = json.dumps({"token": token, "jwks": jwks, "issuer": issuer, "audience": audience})
    done = subprocess.run(
        ["/usr/bin/python3", "-c", VERIFY], input=given, capture_output=True, text=True, env=ENVIRONMENT,
        timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
