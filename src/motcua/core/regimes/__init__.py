"""Answers which legal parameters hold on a day: value, article, dates and how sure we are of each.

It applies none of them.
"""

from motcua.core.regimes.acts import Act, ActError, Param, Regime, parse_act, regime_of

__all__ = ["Act", "ActError", "Param", "Regime", "parse_act", "regime_of"]
