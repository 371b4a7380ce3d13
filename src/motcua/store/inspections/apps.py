"""The inspections app."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "motcua.store.inspections"
    label = "inspections"
