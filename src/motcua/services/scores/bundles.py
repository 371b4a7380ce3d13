"""Answers the bundle of a period: inputs, parameters and results as one JSON, for anybody to work it out again.

Names no person: a dossier is its public id, an officer a number. ``docs/scoring/recompute.py`` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from motcua.core.scoring import Band, Case, IndexScheme, IndexSheet, NineScheme, Sheet, UnitCase, shown
from motcua.services.scores.sheets import Scores, UnitScores

FORMAT = "motcua.scores/1"


def bundle_text(scores: Scores) -> str:
    """Return the bundle as text. Guarantee: the same scores give the same bytes."""
    return json.dumps(bundle_of(scores), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def bundle_of(scores: Scores) -> dict[str, Any]:
    """Return the bundle. Shape: ``format``, ``period``, ``parameters`` by scheme, ``units`` with inputs and results."""
    return {
        "format": FORMAT,
        "period": {
            "from": scores.period.from_on.isoformat(),
            "to": scores.period.to_on.isoformat(),
            "seen_at": scores.period.at.isoformat(),
        },
        "parameters": {"nine": _nine(scores.nine), "index": _index(scores.index)},
        "units": [_unit(u, scores) for u in scores.units],
    }


def _nine(scheme: NineScheme) -> dict[str, Any]:
    return {
        "version": scheme.version,
        "decimals": scheme.decimals,
        "whole_percent": dict(scheme.whole_percent),
        "petitions_percent": scheme.petitions_percent,
        "online_procedures_percent": scheme.online_procedures_percent,
        "online_share_percent": scheme.online_share_percent,
        "online_share_least_percent": scheme.online_share_least_percent,
        "unit_bands": _bands(scheme.unit_bands),
        "officer_bands": _bands(scheme.officer_bands),
    }


def _index(scheme: IndexScheme) -> dict[str, Any]:
    return {
        "version": scheme.version,
        "decimals": scheme.decimals,
        "bands": _bands(scheme.bands),
        "items": [
            {"key": i.key, "group": g.key, "most": i.most, "full_percent": i.full_percent}
            for g in scheme.groups
            for i in g.items
        ],
    }


def _bands(bands: Sequence[Band]) -> list[list[str]]:
    return [[b.name, str(b.least)] for b in bands]


def _unit(unit: UnitScores, scores: Scores) -> dict[str, Any]:
    numbers = {staff_id: str(n) for n, staff_id in enumerate(unit.officers, start=1)}
    return {
        "unit": unit.unit.name,
        "agency": unit.unit.agency.code,
        "inputs": {
            "dossiers": [
                {
                    "ref": d.public_id,
                    **({"case": _case(d.case)} if d.case is not None else {}),
                    "work": {numbers[s]: [p.value for p in c.parts] for s, c in d.work.items()},
                    "flags": {k: int(v) for k, v in flags.items()},
                }
                for d, flags in zip(unit.dossiers, unit.flags, strict=True)
            ],
            "unit": _of_unit(unit.of_unit),
            "counts": {k: list(v) for k, v in unit.counts.items()},
        },
        "results": {
            "nine": _sheet(unit.nine, scores.nine.decimals),
            "officers": {numbers[s]: _sheet(sheet, scores.nine.decimals) for s, sheet in unit.officers.items()},
            "index": _index_sheet(unit.index, scores.index.decimals),
        },
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "total": case.total.value if case.total else None,
        "parts": [p.value for p in case.parts],
        "contacts": case.contacts,
        "bodies": case.bodies,
        "complaints": case.complaints,
    }


def _of_unit(unit: UnitCase) -> dict[str, Any]:
    online = unit.online
    return {
        "level": unit.level,
        "listed": unit.listed,
        "whole": unit.whole,
        "eligible": unit.eligible,
        "through": unit.through,
        "is_posted": unit.is_posted,
        "is_electronic": unit.is_electronic,
        "petitions": unit.petitions,
        "petitions_in_time": unit.petitions_in_time,
        "dragging": unit.dragging,
        "online": None
        if online is None
        else {
            "eligible": online.eligible,
            "offered": online.offered,
            "dossiers": online.dossiers,
            "online": online.online,
            "overdue": online.overdue,
        },
    }


def _sheet(sheet: Sheet, decimals: int) -> dict[str, Any]:
    return {
        "marks": {
            m.indicator: {
                "numerator": m.numerator,
                "denominator": m.denominator,
                "points": None if m.points is None else shown(m.points, decimals),
            }
            for m in sheet.marks
        },
        "points": shown(sheet.points, decimals),
        "most": sheet.most,
        "band": sheet.band,
    }


def _index_sheet(sheet: IndexSheet, decimals: int) -> dict[str, Any]:
    return {
        "items": {
            i.item.key: {
                "numerator": i.numerator,
                "denominator": i.denominator,
                "points": None if i.points is None else shown(i.points, decimals),
            }
            for i in sheet.items
        },
        "points": shown(sheet.points, decimals),
        "most": sheet.most,
        "band": sheet.band,
    }
