"""The organisation app."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "motcua.store.organisation"
    label = "organisation"
