"""The applications app."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "motcua.store.applications"
    label = "applications"
