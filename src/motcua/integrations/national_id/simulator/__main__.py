"""Starts the simulated national identity: `python -m motcua.integrations.national_id.simulator PORT`."""

from __future__ import annotations

import os
import socketserver
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django


class _Threads(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: addresses hold codes."""


def main(port: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.integrations.national_id.simulator.settings"
    django.setup()
    _prepare()
    from django.core.wsgi import get_wsgi_application

    server = make_server("0.0.0.0", port, get_wsgi_application(), _Threads, _Quiet)  # noqa: S104
    server.serve_forever()


def _prepare() -> None:
    """Make schema, key, the product as client, and the persons."""
    from allauth.idp.oidc.models import Client
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from motcua.integrations.national_id.simulator.claims import make_key
    from motcua.integrations.national_id.simulator.persons import PERSONS

    settings.FOLDER.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    if not list(settings.FOLDER.glob("key-*.pem")):
        make_key(1)
    client, _ = Client.objects.get_or_create(id=settings.CLIENT, defaults={"name": "Một Cửa"})
    client.set_secret(settings.SECRET)
    client.set_scopes(["openid", "identity"])
    client.set_redirect_uris([settings.BACK_TO])
    client.save()
    for person in PERSONS:
        get_user_model().objects.get_or_create(username=person.key)


if __name__ == "__main__":
    main(int(sys.argv[1]))
