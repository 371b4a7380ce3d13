"""The post app."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "motcua.store.post"
    label = "post"
