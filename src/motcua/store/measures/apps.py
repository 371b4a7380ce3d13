"""The measures app."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "motcua.store.measures"
    label = "measures"
