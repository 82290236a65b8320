"""The contents of a TLS certificate and its RSA or EC key, read from PEM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

_EMAIL = "1.2.840.113549.1.9.1"


@dataclass(frozen=True)
class PublicKey:
    """The public half, which a certificate and its private key share."""

    kind: str
    bits: int
    numbers: Any


@dataclass(frozen=True)
class Certificate:
    """A certificate's subject, expiry and key."""

    subject: str
    validity: datetime
    key: PublicKey


def certificate(pem: str) -> Certificate:
    """Return a PEM certificate. Raises ValueError if it is not one for an RSA or EC key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import load_pem_x509_certificate

    try:
        read = load_pem_x509_certificate(pem.encode())
        subject = "".join(f"/{_name(each)}={each.value!s}" for each in read.subject)
        return Certificate(subject, read.not_valid_after_utc, _public(read.public_key()))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("is not a PEM certificate for an RSA or EC key") from error


def private_key(pem: str) -> PublicKey:
    """Return the public half of a PEM private key. Raises ValueError unless it is RSA or EC."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return _public(load_pem_private_key(pem.encode(), None).public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:  # TypeError: it is encrypted
        raise ValueError("is not a PEM private key of RSA or EC") from error


def _public(key: object) -> PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if isinstance(key, RSAPublicKey):
        return PublicKey("RSA", key.key_size, key.public_numbers())
    if isinstance(key, EllipticCurvePublicKey):
        return PublicKey("EC", key.key_size, key.public_numbers())
    raise ValueError("another algorithm")


def _name(attribute: Any) -> str:
    oid = attribute.oid.dotted_string
    return "emailAddress" if oid == _EMAIL else str(attribute.rfc4514_attribute_name)
