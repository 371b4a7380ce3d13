"""Answers which adapter serves each port: one line a port; the folder's ``connect(settings)`` makes it."""

from __future__ import annotations

PORTS = {
    "courier.email": "motcua.integrations.email",
    "courier.sms": "motcua.integrations.sms",
    "courier.zalo": "motcua.integrations.zalo",
    "identity": "motcua.integrations.national_id",
    "payment_gateway": "motcua.integrations.payment_gateway",
    "post_carrier": "motcua.integrations.post_carrier",
    "result_printer": "motcua.reports.results",
    "signer": "motcua.integrations.signer",
}
