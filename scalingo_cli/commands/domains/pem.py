"""A TLS certificate and its private key, read as PEM and checked to belong together."""

from __future__ import annotations

import os
import re
import ssl
import sys
import tempfile
from typing import IO, NoReturn

from scalingo_cli.errors import Misused

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?P<kind>(?:[A-Z]+ )?PRIVATE KEY)-----.*?-----END (?P=kind)-----", re.DOTALL
)
_MISMATCHES = {"KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED"}


def pair(certificate: bytes, key: bytes, certificate_file: str, key_file: str) -> tuple[str, str]:
    """Return the certificates of one file and the private key of another, and nothing else.

    The first certificate is the key's own; others may follow as a chain. Raises Misused, naming
    the file but none of its content, where one cannot be read, they do not belong together, or
    the key has a passphrase, which is never asked for.
    """
    # What surrounds the blocks is commentary in any encoding, or the key in a combined file.
    chain = _CERTIFICATE.findall(_text(certificate))
    keys = [match[0] for match in _PRIVATE_KEY.finditer(_text(key))]
    if not chain:
        raise Misused(f"{certificate_file} holds no certificate in PEM.", _looks("CERTIFICATE"))
    if not keys:
        raise Misused(f"{key_file} holds no private key in PEM.", _looks("PRIVATE KEY"))
    if len(keys) > 1:
        raise Misused(
            f"{key_file} holds {len(keys)} private keys.", "Name a file that holds the one alone."
        )
    certificates, private_key = "\n".join(chain) + "\n", keys[0] + "\n"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # how strong a key has to be is for the platform to say
    try:
        context.load_verify_locations(cadata=certificates)
    except ssl.SSLError:
        raise Misused(f"{certificate_file} holds a damaged certificate.") from None

    def refuse() -> NoReturn:
        raise Misused(
            f"The key in {key_file} has a passphrase: the platform could not open it.",
            "Make a copy that has none: openssl pkey -in KEY -out COPY",
        )

    try:
        with _unnamed(certificates) as one, _unnamed(private_key) as other:
            context.load_cert_chain(
                f"/dev/fd/{one.fileno()}", f"/dev/fd/{other.fileno()}", password=refuse
            )
    except ssl.SSLError as error:
        if error.reason in _MISMATCHES:
            raise Misused(
                f"The key in {key_file} does not belong to the certificate in {certificate_file}.",
                "In a chain, the domain's own certificate comes first." if len(chain) > 1 else None,
            ) from None
        raise Misused(f"{key_file} holds a key that is damaged, or not one for TLS.") from None
    return certificates, private_key


def _text(data: bytes) -> str:
    return data.decode("latin-1").replace("\r\n", "\n")


def _looks(label: str) -> str:
    return f"It begins with -----BEGIN {label}-----; openssl converts other formats."


def _unnamed(text: str) -> IO[bytes]:
    """Return an open file that has no name; on Linux it is in memory, so no disk sees a key."""
    if sys.platform == "linux":
        file: IO[bytes] = os.fdopen(os.memfd_create("pem"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(text.encode())
    file.seek(0)
    return file
