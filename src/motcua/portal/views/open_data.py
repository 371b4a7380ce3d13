"""Answers the figures published for everybody: a page that lists them, the files, their dictionary, a catalogue (DCAT)."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from motcua.services.figures.open_data import COLUMNS, published_set, published_sets, smallest_number
from motcua.services.times import local_day, system_now
from motcua.store.reporting.models import OpenDataSet
from motcua.ui.access import public_page
from motcua.ui.open_data_words import CLASSES, DICTIONARY, LICENCE, LICENCE_ADDRESS, MEASURES, STATUSES

_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
_DAY = 24 * 3600


@require_GET
@public_page
def open_data(request: HttpRequest) -> HttpResponse:
    """What is published, how it may be used, what each column means."""
    context = {
        "sets": published_sets(),
        "dictionary": DICTIONARY,
        "measures": MEASURES,
        "classes": CLASSES,
        "statuses": STATUSES,
        "licence": LICENCE,
        "licence_address": LICENCE_ADDRESS,
        "smallest": smallest_number(local_day(system_now())),
    }
    return render(request, "portal/open_data.html", context)


@require_GET
@public_page
@cache_control(public=True, max_age=_DAY)
def open_data_file(request: HttpRequest, period: str, kind: str) -> HttpResponse:
    """The figures of a quarter as CSV or JSON, the same for ever."""
    row = published_set(period)
    if row is None or kind not in _TYPES:
        raise Http404
    response = HttpResponse(_csv(row) if kind == "csv" else _json(row), content_type=_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="mot-cua-{row.period}.{kind}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_GET
@public_page
def open_data_catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue for machines, in the terms of DCAT."""
    sets = published_sets()
    with override("vi"):
        data = {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
            },
            "@type": "dcat:Catalog",
            "dct:title": _("Open data of the one-stop shop"),
            "dct:license": LICENCE_ADDRESS,
            "dcat:dataset": [_dataset(row) for row in sets],
        }
    response = HttpResponse(json.dumps(data, ensure_ascii=False, indent=1), content_type="application/ld+json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _csv(row: OpenDataSet) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in row.content:
        writer.writerow([_harmless(line[column]) for column in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _json(row: OpenDataSet) -> bytes:
    with override("vi"):
        data = {
            "period": row.period,
            "from": row.from_on.isoformat(),
            "to": row.to_on.isoformat(),
            "published": row.published_at.date().isoformat(),
            "smallest_number_told": row.minimum,
            "licence": LICENCE_ADDRESS,
            "dictionary": {column: str(DICTIONARY[column]) for column in COLUMNS},
            "rows": [{column: line[column] for column in COLUMNS} for line in row.content],
        }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _dataset(row: OpenDataSet) -> dict[str, Any]:
    return {
        "@type": "dcat:Dataset",
        "dct:identifier": str(row.public_id),
        "dct:title": _("Dossiers received and resolved by agency and sector, %(period)s") % {"period": row.period},
        "dct:issued": row.published_at.date().isoformat(),
        "dct:temporal": {"dcat:startDate": row.from_on.isoformat(), "dcat:endDate": row.to_on.isoformat()},
        "dct:license": LICENCE_ADDRESS,
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:format": kind.upper(),
                "dcat:mediaType": media.partition(";")[0],
                "dcat:downloadURL": settings.PUBLIC_URL
                + reverse("portal:open_data_file", kwargs={"period": row.period, "kind": kind}),
            }
            for kind, media in _TYPES.items()
        ],
    }


def _harmless(value: Any) -> Any:
    """Return the value so that no spreadsheet takes it for a formula; a hidden number stays empty."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else value
