"""The voices app."""

from django.apps import AppConfig


class VoicesConfig(AppConfig):
    name = "motcua.store.voices"
    label = "voices"
