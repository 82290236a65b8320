"""What a TLS certificate and its RSA key say of themselves, read from their PEM."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime

_SEQUENCE, _INTEGER, _OCTETS, _VERSION, _UTC_TIME = 0x30, 0x02, 0x04, 0xA0, 0x17
_UTF16 = 0x1E

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
class Certificate:
    """A certificate's subject, its last moment, and the modulus of its RSA key."""

    subject: str
    validity: datetime
    modulus: int


def certificate(pem: str) -> Certificate:
    """Return what a PEM certificate says; ValueError if it is not one for an RSA key."""
    try:
        body = _inside(_inside(_elements(_decoded(pem, "CERTIFICATE"))[0])[0])
        fields = body[1:] if body[0][0] == _VERSION else body
        _serial, _algorithm, _issuer, validity, subject, key = fields[:6]
        bits = _inside(key)[1][1]
        modulus = _inside(_elements(bits[1:])[0])[0]
        return Certificate(_subject(subject), _time(_inside(validity)[1]), _integer(modulus))
    except (IndexError, ValueError) as error:
        raise ValueError("is not a PEM certificate for an RSA key") from error


def private_key(pem: str) -> int:
    """Return the modulus of a PEM RSA private key; ValueError if it is not one."""
    try:
        fields = _inside(_elements(_decoded(pem, "(?:RSA )?PRIVATE KEY"))[0])
        if fields[1][0] == _SEQUENCE:
            fields = _inside(_elements(fields[2][1])[0])
        return _integer(fields[1])
    except (IndexError, ValueError) as error:
        raise ValueError("is not a PEM RSA private key") from error


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


def _integer(element: Element) -> int:
    if element[0] != _INTEGER:
        raise ValueError("not an integer")
    return int.from_bytes(element[1], "big")


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
