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
    """Return the certificates in one file and the private key in the other, without other text.

    The first certificate has to match the key; others may follow as a chain.

    Args:
        certificate: The content of the file with the certificates.
        key: The content of the file with the key.
        certificate_file: The name of the former, for errors.
        key_file: The name of the latter, for errors.

    Returns:
        The certificates and the key, as PEM.

    Raises:
        Misused: A file has no valid PEM, they do not match, or the key has a passphrase. The
            message has nothing of their content.
    """
    # What surrounds the blocks is commentary in any encoding, or the key in a combined file.
    chain = _CERTIFICATE.findall(_text(certificate))
    keys = [match[0] for match in _PRIVATE_KEY.finditer(_text(key))]
    if not chain:
        raise Misused(
            f"{certificate_file} does not contain a PEM certificate.", _looks("CERTIFICATE")
        )
    if not keys:
        raise Misused(f"{key_file} does not contain a PEM private key.", _looks("PRIVATE KEY"))
    if len(keys) > 1:
        raise Misused(
            f"{key_file} contains {len(keys)} private keys.", "Pass a file that contains only one."
        )
    certificates, private_key = "\n".join(chain) + "\n", keys[0] + "\n"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # how strong a key has to be is for the platform to say
    try:
        context.load_verify_locations(cadata=certificates)
    except ssl.SSLError:
        raise Misused(f"{certificate_file} contains a damaged certificate.") from None

    def refuse() -> NoReturn:
        raise Misused(
            f"The key in {key_file} has a passphrase, so the platform could not use it.",
            "Make a copy without one: openssl pkey -in KEY -out COPY",
        )

    try:
        with _unnamed(certificates) as one, _unnamed(private_key) as other:
            context.load_cert_chain(
                f"/dev/fd/{one.fileno()}", f"/dev/fd/{other.fileno()}", password=refuse
            )
    except ssl.SSLError as error:
        if error.reason in _MISMATCHES:
            raise Misused(
                f"The key in {key_file} does not match the certificate in {certificate_file}.",
                "In a chain, the domain's own certificate comes first." if len(chain) > 1 else None,
            ) from None
        raise Misused(f"{key_file} contains a key that is damaged or not usable for TLS.") from None
    return certificates, private_key


def _text(data: bytes) -> str:
    return data.decode("latin-1").replace("\r\n", "\n")


def _looks(label: str) -> str:
    return (
        f"Expected a file that begins with -----BEGIN {label}-----; openssl can convert"
        " other formats."
    )


def _unnamed(text: str) -> IO[bytes]:
    """Return an open file that has no name; on Linux it is in memory, so no disk sees a key."""
    if sys.platform == "linux":
        file: IO[bytes] = os.fdopen(os.memfd_create("pem"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(text.encode())
    file.seek(0)
    return file
