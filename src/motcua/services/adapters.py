"""Answers which adapter stands behind a port of this installation: as wired, or put in its place for a while.

What each port can do is said in ``ports`` and ``money_ports``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings

_put_in: dict[str, Any] = {}
_made: dict[str, Any] = {}


def adapter(name: str) -> Any:
    """Return the adapter of a port, made once; ``None`` when none is wired or connected."""
    if name in _put_in:
        return _put_in[name]
    if name not in _made:
        where = settings.PORTS.get(name)
        _made[name] = import_module(where).connect(settings) if where else None
    return _made[name]


@contextlib.contextmanager
def put_in(**adapters: object) -> Iterator[None]:
    """Use other adapters for a while: ``put_in(courier_email=…, payment_gateway=…)``; a dot is written as ``_``."""
    names = {port.replace(".", "_"): port for port in settings.PORTS}
    before = dict(_put_in)
    _put_in.update({names[name]: made for name, made in adapters.items()})
    try:
        yield
    finally:
        _put_in.clear()
        _put_in.update(before)
