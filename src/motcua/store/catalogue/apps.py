"""The catalogue app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "motcua.store.catalogue"
    label = "catalogue"
