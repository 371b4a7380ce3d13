"""The offline app."""

from django.apps import AppConfig


class OfflineConfig(AppConfig):
    name = "motcua.store.offline"
    label = "offline"
