"""What a TLS certificate and its RSA or EC key say of themselves, read from their PEM."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime

_SEQUENCE, _INTEGER, _VERSION, _UTC_TIME = 0x30, 0x02, 0xA0, 0x17
_UTF16, _POINT = 0x1E, 0xA1
_RSA, _EC = "2a864886f70d010101", "2a8648ce3d0201"

# Object identifiers as DER writes them.
_NAMES = {
    "550406": "C",
    "550408": "ST",
    "550407": "L",
    "55040a": "O",
    "55040b": "OU",
    "550403": "CN",
    "2a864886f70d010901": "emailAddress",
}

Element = tuple[int, bytes]


@dataclass(frozen=True)
class PublicKey:
    """The half of a key that a certificate and its private key share."""

    kind: str
    bits: int
    content: bytes


@dataclass(frozen=True)
class Certificate:
    """A certificate's subject, its last moment, and its key."""

    subject: str
    validity: datetime
    key: PublicKey


def certificate(pem: str) -> Certificate:
    """Return what a PEM certificate says; ValueError if it is not one for an RSA or EC key."""
    try:
        body = _inside(_inside(_elements(_decoded(pem, "CERTIFICATE"))[0])[0])
        fields = body[1:] if body[0][0] == _VERSION else body
        _serial, _algorithm, _issuer, validity, subject, key = fields[:6]
        algorithm, bits = _inside(key)
        public = _public(_inside(algorithm)[0][1].hex(), bits[1][1:])
        return Certificate(_subject(subject), _time(_inside(validity)[1]), public)
    except (IndexError, ValueError) as error:
        raise ValueError("is not a PEM certificate for an RSA or EC key") from error


def private_key(pem: str) -> PublicKey:
    """Return the public half of a PEM private key; ValueError if it is not an RSA or EC key."""
    try:
        fields = _inside(_elements(_decoded(pem, "(?:RSA |EC )?PRIVATE KEY"))[0])
        if fields[1][0] == _SEQUENCE:  # PKCS 8: the key proper is inside
            fields = _inside(_elements(fields[2][1])[0])
        if fields[1][0] == _INTEGER:
            return _rsa(fields[1])
        [point] = [_inside(field)[0][1] for field in fields if field[0] == _POINT]
        return _public(_EC, point[1:])
    except (IndexError, ValueError) as error:
        raise ValueError("is not a PEM private key of RSA or EC") from error


def _public(algorithm: str, content: bytes) -> PublicKey:
    if algorithm == _RSA:
        return _rsa(_inside(_elements(content)[0])[0])
    if algorithm == _EC:
        return PublicKey("EC", len(content) // 2 * 8, content)
    raise ValueError("another algorithm")


def _rsa(modulus: Element) -> PublicKey:
    if modulus[0] != _INTEGER:
        raise ValueError("not an integer")
    number = modulus[1].lstrip(b"\0")
    return PublicKey("RSA", len(number) * 8, number)


def _decoded(pem: str, label: str) -> bytes:
    block = re.search(rf"-----BEGIN {label}-----\s(.*?)-----END {label}-----", pem, re.DOTALL)
    if block is None:
        raise ValueError(f"no {label}")
    try:
        return base64.b64decode("".join(block[1].split()), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _elements(data: bytes) -> list[Element]:
    found = []
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            raise ValueError("cut short")
        found.append((tag, data[at : at + length]))
        at += length
    return found


def _inside(element: Element) -> list[Element]:
    return _elements(element[1])


def _subject(element: Element) -> str:
    parts = []
    for group in _inside(element):
        for pair in _inside(group):
            (_, name), (tag, value) = _inside(pair)
            text = value.decode("utf-16-be" if tag == _UTF16 else "utf-8")
            parts.append(f"/{_NAMES.get(name.hex(), name.hex())}={text}")
    return "".join(parts)


def _time(element: Element) -> datetime:
    form = "%y%m%d%H%M%SZ" if element[0] == _UTC_TIME else "%Y%m%d%H%M%SZ"
    return datetime.strptime(element[1].decode(), form).replace(tzinfo=UTC)
