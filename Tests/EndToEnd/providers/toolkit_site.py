# SPDX-License-Identifier: Apache-2.0
"""A site of Django with django-oauth-toolkit, with the database and the key of the folder that it runs in.

The Python that has it runs this:

    toolkit_site.py --make-database
    toolkit_site.py PORT ACCESS_TOKEN_SECONDS INTERVAL_SECONDS
"""

import os
import pathlib
import sys

import django
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

sys.modules["toolkit_site"] = sys.modules[__name__]

FOLDER = pathlib.Path.cwd()
KEY = FOLDER / "key.pem"
LOGIN_PAGE = """<form method="post">{% csrf_token %}{{ form.as_p }}<input type="hidden" name="next" value="{{ next }}">
<button>Sign in</button></form>"""


def configure(url="", access_token_seconds=60, interval_seconds=1):
    in_django = ("auth", "contenttypes", "sessions", "messages")
    settings.configure(
        DEBUG=True, SECRET_KEY="of a test", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="toolkit_site", USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "db.sqlite3",
                               "OPTIONS": {"timeout": 60}}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField", LOGIN_URL="/login/",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        INSTALLED_APPS=[*(f"django.contrib.{name}" for name in in_django), "oauth2_provider"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware"],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [("django.template.loaders.locmem.Loader", {"login.html": LOGIN_PAGE}),
                            "django.template.loaders.app_directories.Loader"],
                "context_processors": [
                    "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages"]}}],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": KEY.read_text() if KEY.exists() else "",
            "OAUTH2_VALIDATOR_CLASS": "toolkit_claims.Validator",
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True, "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
            "SCOPES": {name: name for name in ("openid", "profile", "email", "offline_access", "introspection")},
            "OAUTH_DEVICE_VERIFICATION_URI": f"{url}/o/device/", "DEVICE_FLOW_INTERVAL": interval_seconds,
            "ROTATE_REFRESH_TOKEN": True, "REFRESH_TOKEN_REUSE_PROTECTION": True, "PKCE_REQUIRED": True,
            "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True, "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
            "ACCESS_TOKEN_EXPIRE_SECONDS": access_token_seconds})
    django.setup()


def fill():
    """Makes the person and the clients, where they are not there yet."""
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    if User.objects.exists():
        return
    User.objects.create_user(os.environ["SITE_USER"], os.environ["SITE_EMAIL"], os.environ["SITE_PASSWORD"])
    device, secret = "urn:ietf:params:oauth:grant-type:device_code", os.environ["SITE_SECRET"]
    for name, kind, grant, more in (
            ("kiosk", "public", device, {}),
            ("kiosk-browser", "public", "authorization-code", {"redirect_uris": os.environ["SITE_REDIRECT_URI"]}),
            ("till", "confidential", "client-credentials", {"client_secret": secret}),
            ("till-device", "confidential", device, {"client_secret": secret})):
        Application.objects.create(
            client_id=name, name=name, client_type=kind, authorization_grant_type=grant, algorithm="RS256", **more)


if sys.argv[1:] == ["--make-database"]:
    configure()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sys.exit()

if __name__ == "__main__":
    port, access_token_seconds, interval_seconds = map(int, sys.argv[1:])
    server = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
    address = f"http://127.0.0.1:{server.server_port}"
    configure(address, access_token_seconds, interval_seconds)
    fill()

from django.contrib.auth.views import LoginView  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [
    path("login/", LoginView.as_view(template_name="login.html")),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]

if __name__ == "__main__":
    from django.core.wsgi import get_wsgi_application

    server.set_app(get_wsgi_application())
    print(f"listening on {address}", flush=True)
    server.serve_forever()
