"""The results app."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "motcua.store.results"
    label = "results"
