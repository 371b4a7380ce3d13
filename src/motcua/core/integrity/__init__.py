"""Answers which patterns of handling are so rare by chance that whoever inspects may ask why; it judges nobody."""

from motcua.core.integrity.chance import at_least
from motcua.core.integrity.patterns import Pattern, Rules, Signal, Worked, signals

__all__ = ["Pattern", "Rules", "Signal", "Worked", "at_least", "signals"]
