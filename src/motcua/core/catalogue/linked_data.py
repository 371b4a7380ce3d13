"""Answers a procedure as linked data: schema.org for search engines, CPSV-AP for catalogues of public services.

Only what is published of the procedure itself. A term in working days is said in words, for neither vocabulary can
count them; what is not stated is left out rather than guessed.
"""

from __future__ import annotations

from typing import Any

from motcua.core.calendar import TermError, TermUnit, parse_term
from motcua.core.catalogue.content import ProcedureContent

_CHANNELS = {"DIRECT": "counter", "ONLINE": "online", "POST": "post"}
_DURATIONS = {TermUnit.CALENDAR_DAY: "P{}D", TermUnit.WEEK: "P{}W", TermUnit.MONTH: "P{}M"}
CPSV_CONTEXT = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def schema_org(content: ProcedureContent, *, address: str) -> dict[str, Any]:
    """Return the procedure as a schema.org ``GovernmentService``. ``address`` is that of its page."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "identifier": content.code,
        "name": content.name,
        "serviceType": content.sector,
        "inLanguage": "vi",
        "availableChannel": [
            {"@type": "ServiceChannel", "name": _CHANNELS.get(m.channel, m.channel), "processingTime": _term(m.term)}
            for m in content.methods
        ],
        "offers": [
            {
                "@type": "Offer",
                "price": f.amount_vnd,
                "priceCurrency": "VND",
                "category": f.kind,
                "description": f.note,
            }
            for f in _fees(content)
        ],
        "audience": [{"@type": "Audience", "audienceType": s} for s in content.subjects],
        "serviceOutput": [{"@type": "Thing", "name": r} for r in content.results],
        "alternateName": list(content.everyday_names),
    }
    if agency := content.executing_agency or content.competent_agency:
        found["provider"] = {"@type": "GovernmentOrganization", "name": agency}
    stated: dict[str, Any] = _without_nothing(found)
    return stated


def cpsv_ap(content: ProcedureContent, *, address: str) -> dict[str, Any]:
    """Return the procedure as a CPSV-AP ``PublicService`` in JSON-LD. ``address`` is that of its page."""
    agency = content.competent_agency or content.executing_agency
    found: dict[str, Any] = {
        "@context": CPSV_CONTEXT,
        "@id": address,
        "@type": "cpsv:PublicService",
        "dct:identifier": content.code,
        "dct:title": _vi(content.name),
        "dct:description": _vi(content.steps_text or content.name),
        "cv:sector": _vi(content.sector),
        "cv:hasCompetentAuthority": {"@type": "cv:PublicOrganisation", "dct:title": _vi(agency)} if agency else None,
        "cpsv:hasInput": [
            {
                "@id": f"{address}#paper-{number}",
                "@type": "cv:Evidence",
                "dct:title": _vi(c.name),
                "dct:type": _vi(c.form),
            }
            for number, c in enumerate(content.components, start=1)
        ],
        "cpsv:produces": [
            {"@id": f"{address}#result-{number}", "@type": "cv:Output", "dct:title": _vi(r)}
            for number, r in enumerate(content.results, start=1)
        ],
        "cv:hasCost": [
            {
                "@type": "cv:Cost",
                "cv:value": {"@type": "xsd:decimal", "@value": str(f.amount_vnd)}
                if f.amount_vnd is not None
                else None,
                "cv:currency": "VND",
                "dct:description": _vi(f.note or f.kind),
            }
            for f in _fees(content)
        ],
        "cv:hasChannel": [
            {
                "@type": "cv:Channel",
                "dct:type": _CHANNELS.get(m.channel, m.channel),
                "dct:description": _vi(_term(m.term)),
            }
            for m in content.methods
        ],
        "cv:processingTime": duration_of(content.term),
        "cv:hasLegalResource": [
            {"@type": "eli:LegalResource", "dct:identifier": b.number, "dct:title": _vi(b.title)}
            for b in content.legal_bases
        ],
        "dct:language": "vi",
    }
    stated: dict[str, Any] = _without_nothing(found)
    return stated


def duration_of(term: str) -> dict[str, str] | None:
    """Return the term as an XML Schema duration; ``None`` for working days and hours, which that cannot say."""
    try:
        parsed = parse_term(term)
    except TermError:
        return None
    form = _DURATIONS.get(parsed.unit)
    return {"@type": "xsd:duration", "@value": form.format(int(parsed.amount))} if form else None


def _term(term: str) -> str:
    try:
        return parse_term(term).text("vi")
    except TermError:
        return term


def _fees(content: ProcedureContent) -> list[Any]:
    """Return each different fee once, whichever way of handing in names it."""
    return list(dict.fromkeys(f for m in content.methods for f in m.fees))


def _vi(text: str) -> dict[str, str] | None:
    return {"@language": "vi", "@value": text} if text.strip() else None


def _without_nothing(value: Any) -> Any:
    """Return the value without what is not stated: no empty lists, texts or objects that say nothing."""
    if isinstance(value, dict):
        kept = {k: _without_nothing(v) for k, v in value.items()}
        return {k: v for k, v in kept.items() if v is not None and v not in ("", [], {})}
    if isinstance(value, list):
        return [kept for v in value if (kept := _without_nothing(v)) not in (None, "", [], {})]
    return value
