"""The duties app."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "motcua.store.duties"
    label = "duties"
