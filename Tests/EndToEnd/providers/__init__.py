# SPDX-License-Identifier: Apache-2.0
"""Real OpenID providers on loopback, each on a port and with a state of its own: glewlwyd and django-oauth-toolkit.

    provider = Glewlwyd()           # or OAuthToolkit()
    self.addCleanup(provider.remove)
    provider.start()
    daemon.configure({"Authority": {"Kind": "openid"}, "OpenID": provider.settings()})
    ...
    provider.approve(user_code)     # as the person does with their phone

They are kept in `.providers` once they were fetched: `make providers`.
"""

from .glewlwyd import Glewlwyd
from .toolkit import OAuthToolkit

ALL = (Glewlwyd, OAuthToolkit)
