"""Answers which roles a post can carry; what each may do is in services.permissions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a post entitles its holder to do, always within the post's unit or agency."""

    COUNTER_OFFICER = "counter_officer", _("Counter officer")
    CASE_OFFICER = "case_officer", _("Case officer")
    UNIT_LEADER = "unit_leader", _("Head of unit")
    AGENCY_LEADER = "agency_leader", _("Head of agency")
    CENTRE_MANAGER = "centre_manager", _("Centre manager")
    POSTAL_OFFICER = "postal_officer", _("Postal officer")
    PROCEDURE_OFFICER = "procedure_officer", _("Procedure control officer")
    PROVINCE_LEADER = "province_leader", _("Provincial leader")
    ADMINISTRATOR = "administrator", _("Administrator")
