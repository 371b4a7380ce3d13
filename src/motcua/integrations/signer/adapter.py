"""Signs PDF files as PAdES B-T and says what the signatures of a file are worth; asks ``Keys`` for certificates."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from motcua.services.money_ports import SignatureCheck, Signing

_RESERVED = 32_768
_SIGNATURES_MAX = 20

Pair = tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]


class Keys(Protocol):
    """Where certificates and keys lie: in files, in a token (HSM), at a remote signing service."""

    def root(self) -> asn1_x509.Certificate: ...
    def time_stamper(self) -> Pair: ...
    def signer(self, *, key: str, name: str, agency: str) -> Pair: ...


class _At(signers.PdfSigner):
    """Signs at a given time: a demo's clock is not the machine's."""

    at: datetime | None = None

    def init_signing_session(self, *args: Any, **values: Any) -> Any:
        session = super().init_signing_session(*args, **values)
        session.system_time = self.at or session.system_time
        return session


class PadesSigner:
    """Signs by the keys it was given and trusts their root."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def sign(self, pdf: bytes, signing: Signing) -> bytes:
        """Return the file with one more signature; it is added at the end, nothing before it changes."""
        certificate, key = self._keys.signer(key=signing.key, name=signing.name, agency=signing.agency)
        known = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        known.register(self._keys.root())
        stamp_certificate, stamp_key = self._keys.time_stamper()
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        meta = signers.PdfSignatureMetadata(
            field_name=f"{'Seal' if signing.is_seal else 'Signature'}{len(_embedded(pdf)) + 1}",
            md_algorithm="sha256",
            name=signing.name,
            reason=signing.reason,
            location=signing.place,
            subfilter=fields.SigSeedSubFilter.PADES,
        )
        signer = _At(
            meta,
            signer=signers.SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=known),
            timestamper=DummyTimeStamper(stamp_certificate, stamp_key, known, fixed_dt=signing.at),
        )
        signer.at = signing.at
        out = io.BytesIO()
        signer.sign_pdf(writer, output=out, bytes_reserved=_RESERVED)
        return out.getvalue()

    def validate(self, pdf: bytes) -> Sequence[SignatureCheck]:
        return [self._check(found) for found in _embedded(pdf)]

    def _check(self, found: EmbeddedPdfSignature) -> SignatureCheck:
        subject = found.signer_cert.subject.native if found.signer_cert is not None else {}
        name, agency = str(subject.get("common_name", "")), str(subject.get("organization_name", ""))
        at = found.self_reported_timestamp
        try:
            status = validate_pdf_signature(found, self._context(at), self._context(at))
        except (SignatureValidationError, PdfError, ValueError, KeyError, TypeError):
            return SignatureCheck(name, agency, at, is_intact=False, is_trusted=False, covers_file=False)
        # Trusted or not is asked apart; without trust pyHanko's own summary says no, whatever the bytes are.
        is_intact = bool(status.bottom_line or (not status.trusted and status.intact and status.valid))
        covers = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        return SignatureCheck(name, agency, at, is_intact, bool(status.trusted), covers)

    def _context(self, at: datetime | None) -> ValidationContext:
        return ValidationContext(trust_roots=[self._keys.root()], allow_fetching=False, moment=at)


def _embedded(pdf: bytes) -> list[EmbeddedPdfSignature]:
    """Return the signatures of a file, none where it cannot be read."""
    try:
        return list(PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures)[:_SIGNATURES_MAX]
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        # A file from a stranger may be broken in any way: it then carries no signature that can be read.
        return []
