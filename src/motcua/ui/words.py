"""Answers what states, facts, outcomes, roles and levels are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.store.organisation.models import AgencyLevel, CalendarChangeKind, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.payments.models import Standing
from motcua.store.results.models import ResultState

STATES = {
    1: _("Registered"),
    2: _("Accepted"),
    3: _("Not accepted"),
    4: _("In process"),
    5: _("Supplement required"),
    6: _("Financial obligation"),
    7: _("Withdrawn"),
    8: _("Stopped"),
    9: _("Done, ready to return"),
    10: _("Result returned"),
}
FACTS = {
    1: _("Dossier received"),
    2: _("Step completed"),
    3: _("Step taken"),
    4: _("Step assigned"),
    5: _("Supplement proposed by the office"),
    6: _("Supplement requested from the applicant"),
    7: _("Supplement supplied"),
    9: _("Apology and new date"),
    10: _("Clock paused"),
    11: _("Clock resumed"),
    12: _("Withdrawn"),
    13: _("Stopped"),
    14: _("Decided"),
    16: _("Paid"),
    17: _("Returned"),
    18: _("Corrected"),
    20: _("Note"),
    21: _("Correction proposed"),
    22: _("Correction declined"),
    23: _("Another office was asked for its opinion"),
    24: _("The office asked has answered"),
    25: _("A time of the process has come"),
    26: _("Brought before the head"),
    27: _("Hand-over taken back"),
    28: _("Question to another office withdrawn"),
    29: _("Dossier opened at another agency"),
    30: _("Goes on under another version of its process"),
    40: _("Result signed and issued"),
    41: _("Result revoked or replaced"),
    42: _("Result handed to the post"),
    43: _("The post delivered the result"),
}
OUTCOMES = {"done": _("Complete"), "back": _("Hand back"), "refuse": _("Refuse")}
TIMELINESS = {
    "early": _("Early"),
    "on_time": _("On time"),
    "within": _("Within time"),
    "late": _("Late"),
    "waiting": _("The term rests"),
}
INDEX_REASONS = {
    "ended": _("its end is held against the day promised"),
    "period_end": _("not ended: today is held against the day promised"),
    "waiting": _("waiting for the applicant: the day of the request counts as the end"),
    "second_request": _("papers were asked for more than once: that alone counts as late"),
}
SLIPS = {
    "supplement": _("Supplement request"),
    "refusal": _("Refusal slip"),
    "apology": _("Apology and new day"),
    "stop": _("Stop notice"),
}
CALENDAR_CHANGES = dict(CalendarChangeKind.choices)
DAY_KINDS = {
    "received": _("day of receipt"),
    "counted": _("counted"),
    "due": _("counted: the due day"),
    "off": _("day off"),
    "paused": _("the term rests"),
    "waiting": _("waiting for papers"),
    "lapsed": _("passed; the term starts again"),
    "restarted": _("complete; the term starts again"),
    "carried": _("carried on to the next working day"),
    "extended": _("newly promised"),
}
OWNERS = {
    "office": _("the handling office"),
    "applicant": _("the applicant"),
    "authority": _("another authority by law"),
    "consulted": _("the office asked for its opinion"),
}
CAUSES = {
    "handling": _("handling"),
    "supplement": _("papers asked for"),
    "consultation": _("opinion asked"),
    "financial_obligation": _("Financial obligation of the applicant"),
    "court": _("Court or investigation"),
    "special_law": _("Another special law"),
}
PAUSES = {
    "financial_obligation": _("Financial obligation of the applicant"),
    "court": _("Court or investigation"),
    "special_law": _("Another special law"),
}
PROGRESS = {
    "received": _("Received"),
    "in_process": _("Being handled"),
    "waiting_for_you": _("Waiting for you to add papers"),
    "ready": _("The result is ready"),
    "returned": _("The result has been returned"),
    "closed": _("Closed"),
}
CHANNELS = {
    "DIRECT": _("At the counter"),
    "POST": _("By post"),
    "ONLINE": _("Online"),
    "LINKED": _("From another agency"),
}
ROLES = dict(Role.choices)
LEVELS = {**dict(AgencyLevel.choices), "OTHER": _("Other")}
UNIT_KINDS = dict(UnitKind.choices)
PARAM_VALUES = {
    **LEVELS,
    **UNIT_KINDS,
    "SINGLE_TIER_CENTRE": _("Single-tier centre"),
    "RECEPTION_POINT": _("Reception point"),
    "restart": _("starts again"),
    "days": _("days"),
    "working_days": _("working days"),
    "issued": _("day of signing"),
    "effective": _("day of effect"),
    "hour of receipt": _("hour of receipt"),
    "hand-over": _("signing of the hand-over"),
    "next working day": _("next working day"),
    "new": _("new form"),
    "old": _("old form"),
    "handling": _("the agency that handles"),
    "receiving": _("the agency that receives"),
    "quarterly": _("quarterly"),
    "national portal": _("national portal"),
    "portal of the ministry or province": _("portal of the ministry or province"),
    "index of Decision 766": _("index of Decision 766"),
    "nine indicators of two points": _("nine indicators of two points"),
    "full": _("full"),
    "partial": _("partial"),
    "proactive 1-4": _("proactive 1-4"),
    "agency": _("agency"),
    "handler": _("officer who handles"),
    "received": _("day of reception"),
    "processed": _("day of handling"),
    "result": _("result"),
    "code": _("code"),
    "degree of completion": _("degree of completion"),
    "at once": _("at once"),
    "at once, or next morning after 15:00": _("at once, or next morning after 15:00"),
    "one after the other": _("one after the other"),
    "parallel to all": _("to all at the same time"),
    "account of the agency": _("account of the agency"),
    "online": _("online"),
    "post": _("by post"),
    "other ways accepted": _("other ways accepted"),
    "electronic dossiers": _("electronic dossiers"),
    "papers only shown": _("papers only shown"),
    "verification and opinion papers": _("verification and opinion papers"),
    "secret papers": _("secret papers"),
}
STEP_KINDS = {
    "receive": _("Receive"),
    "appraise": _("Appraise"),
    "consult": _("Ask an opinion"),
    "inspect": _("Inspect on site"),
    "approve": _("Approve"),
    "sign": _("Sign"),
    "return": _("Return the result"),
    "automatic": _("Done by the system"),
    "call": _("Done by another agency's dossier"),
}
APPLICATIONS = {
    "DRAFT": _("Draft"),
    "SENT": _("Waiting for the first answer"),
    "ASKED": _("Papers asked for"),
    "ACCEPTED": _("Accepted"),
    "REFUSED": _("Not accepted"),
    "WITHDRAWN": _("Taken back by the applicant"),
}
PROGRESS_PLAIN = {
    1: _("Sent; the office has not answered yet."),
    2: _("The office has received your dossier."),
    3: _("The office did not accept it."),
    4: _("The office is working on it."),
    5: _("The office waits for papers from you."),
    6: _("You have something to pay before it goes on."),
    7: _("You took it back."),
    8: _("It was stopped."),
    9: _("The result is ready for you."),
    10: _("You have the result."),
}
TOLD = {
    1: _("The one-stop unit received your dossier"),
    6: _("You were asked for papers"),
    7: _("The papers asked for have come; the term runs again"),
    9: _("The office apologised and named a new day"),
    10: _("The term rests, by a special law"),
    11: _("The term goes on"),
    12: _("You took the dossier back"),
    13: _("The handling was stopped"),
    14: _("The office has decided"),
    16: _("The fee was paid"),
    17: _("You got the result"),
    23: _("The office asked another office for its opinion"),
    24: _("The office that was asked has answered"),
    29: _("Another agency does its part"),
}
WIDGETS = {
    "text": _("a line"),
    "long": _("several lines"),
    "day": _("a day"),
    "number": _("a number"),
    "phone": _("a phone number"),
    "email": _("an e-mail address"),
    "id_number": _("a personal or tax number"),
    "choice": _("one of several"),
    "select": _("one of a list"),
    "many": _("any of several"),
}
FORM_PARTS = {"page": _("Page"), "field": _("What is asked"), "question": _("Who may apply"), "paper": _("Paper")}
FORM_CHANGES = {
    "added": _("added"),
    "removed": _("removed"),
    "changed": _("edited"),
    "moved": _("in another order"),
}
FORM_PROPERTIES = {
    "vi": _("text in Vietnamese"),
    "en": _("text in English"),
    "hint_vi": _("hint in Vietnamese"),
    "hint_en": _("hint in English"),
    "lead_vi": _("lead"),
    "page": _("page"),
    "widget": _("how it is asked"),
    "required": _("must be answered"),
    "when": _("shown when"),
    "options": _("answers"),
    "maps": _("goes to"),
    "holds": _("known from"),
    "rule": _("limits"),
    "filled": _("filled in here"),
}
FEE_REASONS = {
    "channel": _("Less by this way of handing in"),
    "cap": _("At most"),
    "exemption": _("Pays less"),
}
STANDINGS = dict(Standing.choices)
ATTEMPTS = {
    "created": _("begun"),
    "redirected": _("sent on to the bank"),
    "paid": _("paid"),
    "failed": _("not paid"),
    "expired": _("nobody paid in time"),
}
DIFFERENCES = {
    "missing_here": _("The gateway took money that our books lack"),
    "missing_there": _("Our books hold money that the gateway does not state"),
    "amount": _("Both know it, with different amounts"),
}
REFUNDS = {"due": _("waits to be sent"), "asked": _("asked of the gateway"), "paid": _("given back")}
REFUND_REASONS = {
    "paid_twice": _("came twice"),
    "voided": _("the charge was dropped"),
    "other_amount": _("another amount than owed"),
}
RESULT_STATES = {**dict(ResultState.choices), "expired": _("Run out")}
DELIVERY_WAYS = {"counter": _("At the counter"), "post": _("By post"), "online": _("Online")}
PARCELS = {
    "booked": _("handed to the post"),
    "accepted": _("taken over by the post"),
    "in_transit": _("on its way"),
    "out": _("being delivered"),
    "failed": _("the addressee was not met"),
    "returning": _("on its way back"),
    "delivered": _("delivered"),
    "returned": _("came back to the centre"),
}
POST_SLIPS = {
    "held": _("with the post"),
    "handed": _("in a hand-over, not signed yet"),
    "received": _("received by the centre"),
    "refused": _("refused: to be given back"),
    "missing": _("was not in the bag"),
    "given_back": _("given back to the sender"),
}
CALL_REASONS = {
    "fair_turn": _("waited longest"),
    "booked": _("appointment"),
    "priority": _("priority"),
    "order": _("in order"),
    "early": _("appointment, before its time"),
}
GROUNDS = {
    "elderly": _("elderly"),
    "disabled": _("with a disability"),
    "merit": _("with merit"),
    "pregnant": _("pregnant"),
    "small_child": _("with a small child"),
}
