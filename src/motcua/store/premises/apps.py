"""The premises app."""

from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "motcua.store.premises"
    label = "premises"
