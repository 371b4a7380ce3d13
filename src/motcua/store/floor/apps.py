"""The floor app."""

from django.apps import AppConfig


class FloorConfig(AppConfig):
    name = "motcua.store.floor"
    label = "floor"
