"""The institutions app."""

from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "motcua.store.institutions"
    label = "institutions"
