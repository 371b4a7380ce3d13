"""A certificate authority for tests and demos: root, time stamps, one key a person and one seal an agency."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_BITS = 2048
# Demos play in years of their own, so that the certificates must hold then as well.
_FROM, _TO = datetime(2018, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
_NO_VALUE = "Thử nghiệm, không có giá trị pháp lý"


class TestAuthority:
    """Makes keys and certificates when they are first asked for, and keeps them readable by their owner only."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._held: dict[str, tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]] = {}

    def root(self) -> asn1_x509.Certificate:
        return self._pair("root", "Một Cửa Test Root", "")[0]

    def time_stamper(self) -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
        return self._pair("tsa", "Một Cửa Test Time Stamp", "")

    def signer(self, *, key: str, name: str, agency: str) -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
        """Return the certificate and key of a person or a seal; ``key`` tells it from all others."""
        mark = hashlib.sha256(f"{key}|{name}|{agency}".encode()).hexdigest()[:24]
        return self._pair(f"signer-{mark}", name, agency)

    def _pair(self, mark: str, name: str, agency: str) -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
        with self._lock:
            if mark not in self._held:
                path = self.folder / f"{mark}.pem"
                if not path.exists():
                    self._make(path, mark, name, agency)
                self._held[mark] = _read(path)
            return self._held[mark]

    def _make(self, path: Path, mark: str, name: str, agency: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
        subject = _subject(name, agency)
        issuer, issuer_key = subject, key
        if mark != "root":
            root = self.folder / "root.pem"
            if not root.exists():
                self._make(root, "root", "Một Cửa Test Root", "")
            data = root.read_bytes()
            issuer = x509.load_pem_x509_certificate(data).subject
            loaded = serialization.load_pem_private_key(data, None)
            if not isinstance(loaded, rsa.RSAPrivateKey):
                raise TypeError("the root's key is no RSA key")
            issuer_key = loaded
        certificate = _certificate(mark, subject, issuer, key, issuer_key)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # Two processes may make it at once: the one that comes second keeps what the first has made.
        temporary = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f:
            f.write(pem + certificate.public_bytes(serialization.Encoding.PEM))
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()


def _subject(name: str, agency: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if agency:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, agency[:64]))
    parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _NO_VALUE))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _certificate(
    mark: str, subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, issuer_key: rsa.RSAPrivateKey
) -> x509.Certificate:
    is_root, is_stamp = mark == "root", mark == "tsa"
    usage: dict[str, Any] = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_TO)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_root, content_commitment=not is_root and not is_stamp,
                key_cert_sign=is_root, crl_sign=is_root, **usage,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )  # fmt: skip
    if is_stamp:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _read(path: Path) -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
    data = path.read_bytes()
    certificate = x509.load_pem_x509_certificate(data).public_bytes(serialization.Encoding.DER)
    key = serialization.load_pem_private_key(data, None).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return asn1_x509.Certificate.load(certificate), asn1_keys.PrivateKeyInfo.load(key)
