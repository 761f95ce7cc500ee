# SPDX-License-Identifier: Apache-2.0
"""What the site says of a person besides `sub`, which is what django-oauth-toolkit asks a site to write."""

from oauth2_provider.oauth2_validators import OAuth2Validator


class Validator(OAuth2Validator):
    oidc_claim_scope = None

    def get_additional_claims(self, request):
        return {"preferred_username": request.user.username, "email": request.user.email}
