"""Answers the derivation sheet of a dossier: why the answer is owed then, in words for a citizen."""

from __future__ import annotations

from uuid import UUID

from motcua.core.calendar import Calendar, Term, TermUnit
from motcua.core.clock import Cause, DayKind, DayLine, Explained
from motcua.core.kernel import Confidence, LegalRef
from motcua.core.regimes import Regime
from motcua.reports.papers.content import Derivation, DerivationRow, Head, Rule
from motcua.services.actors import Actor
from motcua.services.calendars import fresh_calendar, hours_text
from motcua.services.clocks import explained_of, regime_of
from motcua.services.dossiers.steps import load_for
from motcua.services.offerings import running_offering
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import facts_of

_CAUSES = {
    Cause.SUPPLEMENT: ("chờ bổ sung hồ sơ", "papers asked for"),
    Cause.FINANCIAL_OBLIGATION: ("nghĩa vụ tài chính", "financial obligation"),
    Cause.COURT: ("tòa án, cơ quan điều tra", "court or investigation"),
    Cause.SPECIAL_LAW: ("luật chuyên ngành", "special law"),
}
_CIVIL_CODE = "91/2015/QH13"
_HOURLY = (TermUnit.WORKING_HOUR, TermUnit.WORKING_MINUTE)
_PLAIN = (TermUnit.CALENDAR_DAY, TermUnit.WEEK, TermUnit.MONTH)


def derivation_content(public_id: UUID, actor: Actor) -> tuple[Derivation, str]:
    """Return the sheet of a dossier and its form set; Denied unless the actor may read the dossier."""
    loaded = load_for(public_id, actor)
    dossier = Dossier.objects.select_related("reception_unit__agency").get(id=loaded.id)
    running, regime = running_offering(loaded.offering_id), regime_of(loaded)
    calendar = fresh_calendar(running.agency_id)
    explained = explained_of(facts_of(loaded.id), running, life=loaded.life, calendar=calendar)
    unit = dossier.reception_unit
    head = Head(unit.agency.name, unit.name, unit.agency.place, "", dossier.received_at)
    sheet = derivation_of(
        explained, head=head, code=dossier.code, matter=running.procedure_name,
        term=running.term, calendar=calendar, regime=regime,
    )  # fmt: skip
    return sheet, regime.form_set


def derivation_of(
    explained: Explained, *, head: Head, code: str, matter: str, term: Term, calendar: Calendar, regime: Regime
) -> Derivation:
    """Return the sheet of a clock already explained; the days are those of ``explained``, none left out."""
    days = explained.days
    return Derivation(
        head=head,
        code=code,
        matter=matter,
        term_vi=term.text("vi"),
        term_en=term.text("en"),
        received_at=head.made_at,
        due_at=explained.clock.due_at,
        hours=hours_text(calendar.spec.weekly.days[0]),
        calendar=calendar.version,
        rows=[_row(line) for line in days],
        rules=_rules(explained, term, regime),
    )


def _row(line: DayLine) -> DerivationRow:
    vi, en = _why(line)
    number = f"{line.minutes // 60}:{line.minutes % 60:02}" if line.minutes else str(line.counted or "")
    return DerivationRow(f"{line.day:%d/%m/%Y}", line.day.isoweekday(), line.kind.value, number, vi, en)


def _why(line: DayLine) -> tuple[str, str]:
    if line.cause is not None:
        vi, en = _CAUSES.get(line.cause, ("", ""))
        if line.ref is not None:
            vi, en = f"{vi}: {line.ref.text('vi')}", f"{en}: {line.ref.text('en')}"
        return vi, en
    if line.reason == "weekend":
        return "nghỉ cuối tuần", "weekend"
    return line.reason, line.reason


def _rules(explained: Explained, term: Term, regime: Regime) -> list[Rule]:
    kinds = {line.kind for line in explained.days}
    rules = []
    if term.unit in _HOURLY:
        rules.append(
            _rule(
                "Giờ, phút chỉ tính trong giờ làm việc, kể từ lúc tiếp nhận.",
                "Hours and minutes run inside office hours from the moment of receipt.",
                LegalRef(_CIVIL_CODE, "art. 147", Confidence.KNOWN),
            )
        )
    elif term.unit is not TermUnit.SAME_DAY:
        rules.append(
            _rule(
                "Ngày tiếp nhận không tính; tính từ ngày tiếp theo.",
                "The day of receipt does not count; counting begins with the next day.",
                LegalRef(_CIVIL_CODE, "art. 147", Confidence.KNOWN),
            )
        )
    if term.unit in _PLAIN:
        rules.append(
            _rule(
                "Ngày cuối là ngày nghỉ thì kết thúc vào cuối ngày làm việc tiếp theo.",
                "If the last day is off, the term ends with the next working day.",
                LegalRef(_CIVIL_CODE, "art. 148", Confidence.KNOWN),
            )
        )
    for keys, wanted in (
        ("deadline.day_ends_at", term.unit is TermUnit.WORKING_DAY),
        ("supplement.clock", DayKind.RESTARTED in kinds or DayKind.WAITING in kinds),
        ("pause.needs_legal_basis", DayKind.PAUSED in kinds),
        ("extension.notice_days", explained.clock.extensions > 0),
    ):
        param = regime.find(keys)
        if wanted and param is not None:
            rules.append(_rule(param.text_vi, param.text_en, param.ref))
    return rules


def _rule(vi: str, en: str, ref: LegalRef) -> Rule:
    return Rule(vi, en, f"({ref.text('vi')})", f"({ref.text('en')})", ref.confidence.is_confirmed)
