"""The directives app."""

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    name = "motcua.store.directives"
    label = "directives"
