"""Answers what the public interface takes and gives: the shapes that its description names, each bounded."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema

# What can stand on paper: no control characters.
PRINTED = r"^[^\x00-\x1f]*$"


class Fault(Schema):
    """Why there is no answer: a code for programs, a sentence for people."""

    code: str
    text: str


class Found(Schema):
    """A procedure that fits the words, best first."""

    code: str
    name: str
    address: str = Field(description="Where its page for people is.")


class FoundList(Schema):
    items: list[Found]


class Paper(Schema):
    """A paper that is asked for."""

    name: str
    originals: int
    copies: int
    is_required: bool
    form: str


class UsualDelayOut(Schema):
    """How long it took of late, in minutes of eight-hour working days; what rested is told apart."""

    dossiers: int
    half_minutes: int
    most_minutes: int
    rested_percent: int
    rested_minutes: int
    from_on: date
    to_on: date


class ProcedureOut(Schema):
    """A procedure as published now."""

    code: str
    name: str
    sector: str
    levels: list[str]
    term: str = Field(description="As in the law: «5 working days», «same day if received before 15:00».")
    fee_vnd: int
    papers: list[Paper]
    results: list[str]
    usual_delay: UsualDelayOut | None


class EventOut(Schema):
    """A life event and the procedures it may ask for, in their order."""

    key: str
    name: str
    procedures: list[Found]


class EventList(Schema):
    items: list[EventOut]


class CentreOut(Schema):
    """A one-stop unit."""

    id: int
    name: str
    agency: str
    level: str
    address: str
    phone: str


class CentreList(Schema):
    items: list[CentreOut]
    is_cut: bool = Field(description="Whether more fit than are listed.")


class TrackIn(Schema):
    """What stands on the receipt."""

    code: str = Field(max_length=60, pattern=PRINTED)
    secret: str = Field(max_length=40, pattern=PRINTED)


class ProgressOut(Schema):
    """By law no more than this without signing in (Circular 01/2018/TT-VPCP, art. 16(2)(d))."""

    code: str
    percent: int = Field(ge=0, le=100)
    state: str


class ReceiptOut(Schema):
    """What a genuine receipt of a counter without network says; it names no person."""

    code: str
    unit: str
    received_at: datetime
    due_at: datetime | None
    is_in_the_system: bool
