"""The Django app of saved tables, published data and questions."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "motcua.store.reporting"
    label = "reporting"
