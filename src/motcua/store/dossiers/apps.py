"""The dossiers app."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "motcua.store.dossiers"
    label = "dossiers"
