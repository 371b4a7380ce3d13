"""Addresses of the interface for programs; all of it is public."""

from __future__ import annotations

from typing import Any

from motcua.api.public import api

urlpatterns, _app, app_name = api.urls
for pattern in urlpatterns:
    # As every page does, each declares who may ask: anyone.
    view: Any = getattr(pattern, "callback", None)
    view.required_roles = None
