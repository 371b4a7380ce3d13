"""The offerings app."""

from django.apps import AppConfig


class OfferingsConfig(AppConfig):
    name = "motcua.store.offerings"
    label = "offerings"
