"""Answers what stands in the fields of the intake page: as typed, never lost, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any
from uuid import UUID

from django.http import QueryDict

from motcua.core.forms import ComponentCount, ComponentRule, PartyEntry
from motcua.core.forms.card import Card
from motcua.services.dossiers.intake import Intake
from motcua.services.fees import fee_answers
from motcua.services.numbers import Offline
from motcua.services.times import parse_instant

_PARTY_FIELDS = tuple(f.name for f in fields(PartyEntry))
_FEE = ("copies", "pages", "exemption")
_OFFLINE = ("code", "received_on", "received_hour")
_TEXT_MAX = 2000


@dataclass(frozen=True, slots=True)
class IntakeForm:
    """The page's fields. ``applicant`` and ``proxy`` map field names to texts; ``counts`` component keys to two texts."""

    card: str = ""
    applicant: Mapping[str, str] = field(default_factory=lambda: {"kind": "PERSON"})
    proxy: Mapping[str, str] = field(default_factory=dict)
    has_proxy: bool = False
    channel: str = "DIRECT"
    subject: str = ""
    counts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fee_paid: str = ""
    fee: Mapping[str, str] = field(default_factory=dict)
    items: Sequence[str] = ()
    reason: str = ""
    is_duplicate_accepted: bool = False
    offline: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_post(cls, post: QueryDict) -> IntakeForm:
        return cls.from_lists({key: post.getlist(key) for key in post})

    @classmethod
    def from_lists(cls, lists: Mapping[str, Sequence[str]]) -> IntakeForm:
        """Return the form of submitted fields; unknown ones are left aside, long ones cut."""

        def one(name: str) -> str:
            values = lists.get(name) or [""]
            return values[-1][:_TEXT_MAX]

        keys = [k.split(".")[1] for k in lists if k.startswith("components.") and k.count(".") == 2]
        return cls(
            card=one("card"),
            applicant={name: one(f"applicant.{name}") for name in _PARTY_FIELDS}
            | {"kind": one("applicant.kind") or "PERSON"},
            proxy={name: one(f"proxy.{name}") for name in _PARTY_FIELDS} | {"kind": "PERSON"},
            has_proxy=one("has_proxy") == "1",
            channel=one("channel") or "DIRECT",
            subject=one("subject"),
            counts={
                key: (one(f"components.{key}.originals"), one(f"components.{key}.copies"))
                for key in dict.fromkeys(keys)
            },
            fee_paid=one("fee_paid"),
            fee={name: one(f"fee.{name}") for name in _FEE if one(f"fee.{name}").strip()},
            items=[line.strip()[:500] for line in one("items").splitlines() if line.strip()],
            reason=one("reason"),
            is_duplicate_accepted=one("is_duplicate_accepted") == "1",
            offline={name: one(f"offline.{name}") for name in _OFFLINE if one(f"offline.{name}").strip()},
        )

    @classmethod
    def from_saved(cls, data: Mapping[str, Any]) -> IntakeForm:
        """Return the form that ``saved`` made; an empty draft gives an empty form."""
        if not data:
            return cls()
        return cls(**{**data, "counts": {k: (v[0], v[1]) for k, v in data.get("counts", {}).items()}})

    def saved(self) -> dict[str, Any]:
        """Return plain JSON values for the draft; the scanned card itself is never kept."""
        return {
            "applicant": dict(self.applicant),
            "proxy": dict(self.proxy),
            "has_proxy": self.has_proxy,
            "channel": self.channel,
            "subject": self.subject,
            "counts": {k: list(v) for k, v in self.counts.items()},
            "fee_paid": self.fee_paid,
            "fee": dict(self.fee),
            "items": list(self.items),
            "reason": self.reason,
            "offline": dict(self.offline),
        }

    def with_card(self, card: Card) -> IntakeForm:
        """Return the form with the card's holder as applicant, or as proxy when one is being entered."""
        entry = card.as_entry()
        filled = {name: getattr(entry, name) for name in _PARTY_FIELDS if getattr(entry, name)}
        if self.has_proxy and self.applicant.get("name"):
            return replace(self, card="", proxy={**self.proxy, **filled})
        return replace(self, card="", applicant={**self.applicant, **filled})

    def with_all_papers(self, rules: Sequence[ComponentRule]) -> IntakeForm:
        """Return the form in which each paper that is always asked for was handed in, as many as asked."""
        counts = dict(self.counts)
        for rule in rules:
            if rule.is_required and not any(text.strip() for text in counts.get(rule.key, ())):
                originals = rule.originals or (0 if rule.copies else 1)
                counts[rule.key] = (str(originals or ""), str(rule.copies or ""))
        return replace(self, counts=counts)

    def intake(self, *, key: UUID, offering_id: int) -> Intake:
        return Intake(
            key=key,
            offering_id=offering_id,
            applicant=PartyEntry(**{"name": "", "kind": "PERSON", **self.applicant}),
            proxy=PartyEntry(**{"name": "", "kind": "PERSON", **self.proxy}) if self.has_proxy else None,
            channel=self.channel,
            subject=self.subject,
            counts=[ComponentCount(k, originals, copies) for k, (originals, copies) in self.counts.items()],
            fee_paid=self.fee_paid,
            fee_answers=fee_answers(offering_id, self.fee),
            is_duplicate_accepted=self.is_duplicate_accepted,
            offline=self._offline(),
        )

    def _offline(self) -> Offline | None:
        """Return what was entered of a reception on paper; an hour that is none counts as not entered."""
        if not self.offline:
            return None
        at = parse_instant(self.offline.get("received_on", ""), self.offline.get("received_hour", ""))
        return Offline(self.offline.get("code", ""), at)
