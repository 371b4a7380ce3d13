"""The steering app."""

from django.apps import AppConfig


class SteeringConfig(AppConfig):
    name = "motcua.store.steering"
    label = "steering"
