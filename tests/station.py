"""A machine at a counter without network, in Python: it keeps, chains and signs as the page does in the browser."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from motcua.core.dossier.offline import OfflineReceipt, chain_next, payload_digest
from motcua.services.actors import Actor
from motcua.services.offline.packs import make_pack
from motcua.services.offline.stations import register_station
from motcua.services.times import VIETNAM
from motcua.store.offline.models import Station
from world import MONDAY

CARD = {
    "kind": "PERSON",
    "name": "Nguyễn Thị An",
    "id_number": "999190000001",
    "birth": "01/02/1990",
    "phone": "0900000001",
}


def point_of(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PublicFormat.UncompressedPoint
    return base64.b64encode(key.public_key().public_bytes(serialization.Encoding.X962, form)).decode()


def a_station(actor: Actor, name: str = "Quầy 1", now: datetime = MONDAY) -> Station:
    key = ec.generate_private_key(ec.SECP256R1())
    return register_station(name=name, public_key=point_of(key), actor=actor, now=now)


@dataclass(slots=True)
class Machine:
    """A registered machine with its pack; ``give`` returns what it would send home."""

    station: Station
    key: ec.EllipticCurvePrivateKey
    pack: dict[str, Any]
    seq: int = 0
    chain: bytes = b""
    used: set[str] = field(default_factory=set)

    def give(self, at: datetime, *, procedure: str, **changes: Any) -> dict[str, str]:
        offering = next(o for o in self.pack["offerings"] if o["code"] == procedure)
        day = at.astimezone(VIETNAM).date().isoformat()
        free = self.pack["numbers"][day][str(offering["agency_id"])]
        code = changes.pop("code", None) or next(c for c in free if c not in self.used)
        self.used.add(code)
        self.seq += 1
        due = due_of(self.pack, offering, at)
        payload: Mapping[str, Any] = {
            "key": str(uuid.uuid4()), "offering": offering["id"], "code": code, "officer": self.pack["officer"]["token"],
            "applicant": CARD, "proxy": None, "subject": "", "fee_paid": "",
            "counts": {p["key"]: [str(p["originals"]), str(p["copies"])] for p in offering["papers"]},
            **changes,
        }  # fmt: skip
        text = json.dumps(payload, ensure_ascii=False)
        self.chain = chain_next(self.chain, payload_digest(text))
        return {"payload": text, "token": self.signed(code, at, due, self.chain)}

    def signed(self, code: str, at: datetime, due: datetime | None, chain: bytes) -> str:
        blank = OfflineReceipt(self.station.public_id, self.seq, code, at, due, chain, bytes(64))
        r, s = decode_dss_signature(self.key.sign(blank.signed_text, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return OfflineReceipt(self.station.public_id, self.seq, code, at, due, chain, signature).token


def due_of(pack: Mapping[str, Any], offering: Mapping[str, Any], at: datetime) -> datetime | None:
    """Return the due instant as the page looks it up."""
    from datetime import timedelta

    local = at.astimezone(VIETNAM)
    minute = local.hour * 60 + local.minute
    runs = [r for r in pack["due"][offering["due"]][local.date().isoformat()] if r[0] <= minute]
    start, first, slope = runs[-1]
    return datetime.fromisoformat(first) + timedelta(minutes=slope * (minute - start))


def a_machine(actor: Actor, name: str = "Quầy 1", now: datetime = MONDAY) -> Machine:
    key = ec.generate_private_key(ec.SECP256R1())
    station = register_station(name=name, public_key=point_of(key), actor=actor, now=now)
    pack = make_pack(station=station, actor=actor, now=now)
    return Machine(station, key, pack, pack["last"]["seq"], bytes.fromhex(pack["last"]["chain"]))
