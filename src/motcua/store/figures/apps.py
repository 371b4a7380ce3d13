"""The figures app."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "motcua.store.figures"
    label = "figures"
