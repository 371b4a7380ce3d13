"""Answers how papers of supervision are filled: an inspection's record, minutes, an urging letter, certificates.

The official text is Vietnamese.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.utils import translation

from motcua.reports.papers.content import Head
from motcua.reports.papers.supervision_content import (
    CertificateSheet,
    CertificatesPaper,
    FindingRow,
    InspectionRecord,
    ItemRow,
    Minutes,
    PointRow,
    SampledRow,
    UrgingPaper,
)
from motcua.services.actors import Actor, Denied
from motcua.services.directives.conferences import conference_page
from motcua.services.directives.urging import letter_page
from motcua.services.inspections.reading import InspectionPage, inspection_page
from motcua.services.times import VIETNAM, local_day
from motcua.services.training.courses import course_page
from motcua.store.inspections.models import Finding, SampledDossier
from motcua.store.organisation.models import Agency
from motcua.store.organisation.selectors import names_of_staff
from motcua.ui.supervision_words import SUPERVISION_WORDS


def record_content(public_id: UUID, actor: Actor, *, now: datetime) -> InspectionRecord:
    """Return the record of an inspection; Denied before it is made, and to who may not see it."""
    page = inspection_page(public_id, actor, now=now)
    inspection, plan = page.inspection, page.inspection.plan
    if inspection.concluded_at is None or page.frozen is None:
        raise Denied("no record yet")
    names = {risk.key: risk.name.vi for risk in page.rules.risks}
    return InspectionRecord(
        head=_head(plan.agency, f"{inspection.record_number}/BB", inspection.concluded_at),
        unit=inspection.unit.name_with_agency,
        subject=inspection.subject,
        decision=f"Quyết định số {plan.decision_no} ngày {_day(plan.decided_on)}, {plan.decided_by}",
        period=f"từ ngày {_day(inspection.from_on)} đến ngày {_day(inspection.to_on)}",
        visit=_day(inspection.visit_on),
        sample=f"{len(page.sample)} hồ sơ, chọn theo dấu hiệu rủi ro từ {page.frozen.count} hồ sơ",
        seed=inspection.seed,
        digest=page.frozen.digest,
        rows=[_sampled(s, page, names) for s in page.sample],
        findings=[_finding(f) for f in page.findings],
        conclusion=inspection.conclusion,
        inspector=page.inspector,
    )


def minutes_content(public_id: UUID, actor: Actor) -> Minutes:
    """Return the minutes of a conference as noted so far."""
    page = conference_page(public_id, actor)
    conference = page.conference
    with translation.override("vi"):
        points = [
            PointRow(
                agency=p.agency.name,
                place=p.place,
                connection=str(SUPERVISION_WORDS["connections"][p.connection]),
                expected=str(p.expected),
                present="…" if p.present is None else str(p.present),
            )
            for p in page.points
        ]
    return Minutes(
        head=_head(conference.agency, f"{conference.number}/BB", conference.starts_at),
        name=conference.title,
        starts_at=conference.starts_at,
        chair=conference.chair,
        agenda=conference.agenda,
        points=points,
        expected=str(page.expected),
        present=str(page.present),
        documents=[f.title or f.name for f in page.files],
        conclusions=[c.text for c in page.conclusions],
        maker=names_of_staff({conference.staff_id}).get(conference.staff_id, ""),
    )


def letter_content(public_id: UUID, actor: Actor, *, now: datetime) -> UrgingPaper:
    """Return the letter with the list that it left with."""
    letter = letter_page(public_id, actor, now=now).letter
    with translation.override("vi"):
        items = [
            ItemRow(f"{SUPERVISION_WORDS['owed'][i['kind']]}: {i['title']}", _day(date.fromisoformat(i["due_on"])))
            for i in letter.items
        ]
    return UrgingPaper(
        head=_head(letter.agency, f"{letter.number}/ĐĐ", letter.sent_at),
        to=letter.to_agency.name,
        day=_day(local_day(letter.sent_at)),
        text=letter.text,
        answer_by=_day(letter.answer_by),
        items=items,
        signer=names_of_staff({letter.staff_id}).get(letter.staff_id, ""),
    )


def certificates_content(public_id: UUID, actor: Actor, *, only: str, now: datetime) -> CertificatesPaper:
    """Return the certificates of a course that the actor sees, or ``only`` the one of that public id; Denied for none."""
    page = course_page(public_id, actor, now=now)
    course = page.course
    sheets = [
        CertificateSheet(
            head=_head(course.agency, f"{c.number}/{c.year}", datetime.combine(c.issued_on, time(12), VIETNAM)),
            name=c.staff.full_name,
            unit=c.unit.name,
            course=course.subject,
            held=f"ngày {_day(c.session.on)} tại {c.session.place}",
            expires=f"ngày {_day(c.expires_on)}",
        )
        for c in page.certificates
        if only in ("", str(c.public_id))
    ]
    if not sheets:
        raise Denied("no certificate that the actor sees")
    return CertificatesPaper(sheets)


def _head(agency: Agency, number: str, made_at: datetime) -> Head:
    return Head(agency.parent.name if agency.parent else "", agency.name, agency.place, number, made_at)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _at(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if at is not None else "–"


def _sampled(sampled: SampledDossier, page: InspectionPage, names: Mapping[str, str]) -> SampledRow:
    bad = page.bad[sampled.place]
    wrong = [q.text.vi for q in page.rules.questions if sampled.answers.get(q.key, {}).get("answer") == "bad"]
    return SampledRow(
        number=sampled.place,
        code=sampled.dossier.code,
        matter=sampled.dossier.offering.procedure_version.name,
        due=_at(sampled.dossier.due_at),
        ended=_at(sampled.dossier.ended_at),
        signs=", ".join(names.get(r, r) for r in sampled.risks) or "–",
        found=f"Chưa đúng {bad}: {'; '.join(wrong)}" if bad else "Đúng quy định",
    )


def _finding(finding: Finding) -> FindingRow:
    about = f" (hồ sơ số {finding.sampled.place})" if finding.sampled is not None else ""
    grave = "Nghiêm trọng. " if finding.is_grave else ""
    term = _day(finding.remedy.first_due_on) if finding.remedy is not None else "–"
    return FindingRow(finding.number, f"{grave}{finding.text}{about}", finding.remedy_text or "–", term)
