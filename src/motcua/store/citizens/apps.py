"""The citizens app."""

from django.apps import AppConfig


class CitizensConfig(AppConfig):
    name = "motcua.store.citizens"
    label = "citizens"
