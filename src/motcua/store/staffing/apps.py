"""The staffing app."""

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "motcua.store.staffing"
    label = "staffing"
