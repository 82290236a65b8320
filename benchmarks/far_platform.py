"""The sandbox as it would be elsewhere: behind TLS, and a relay that is a round trip away."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import certifi

from scalingo_cli.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUND_TRIP = 0.03  # seconds


@contextmanager
def far_platform(
    directory: Path, protocol: str = "legacy", round_trip_seconds: float = ROUND_TRIP
) -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """Run a far sandbox, and yield it with the variables of one who is signed in to it.

    `directory` is for its certificate.
    """
    certificate = directory / "relay.pem"
    trusted = _certify(certificate)
    authorities = directory / "authorities.pem"
    # As many as usual, for reading them is a part of each connection's price.
    authorities.write_text(Path(certifi.where()).read_text(encoding="utf-8") + trusted)
    with Sandbox(protocol=protocol) as sandbox, ExitStack() as stack:
        relays = {
            url: stack.enter_context(_relay(url, certificate, round_trip_seconds))
            for url in sandbox.urls.values()
        }
        near = sandbox.environment()
        sandbox.announce(lambda url: relays[url])
        yield (
            sandbox,
            {name: relays.get(value, value) for name, value in near.items()}
            | {"SCALINGO_APP": sandbox.main_app, "REQUESTS_CA_BUNDLE": str(authorities)},
        )


def _certify(file: Path) -> str:
    """Make a certificate of this machine, write it to `file` with its key, and return it alone."""
    command = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "ec"]
    command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=Benchmarks"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(file), "-keyout", "-"]
    key = subprocess.run(command, capture_output=True, encoding="ascii", check=True).stdout
    certificate = file.read_text(encoding="ascii")
    file.write_text(certificate + key)
    return certificate


@contextmanager
def _relay(url: str, certificate: Path, round_trip_seconds: float) -> Iterator[str]:
    """Start a relay to `url` in a process of its own, and yield the URL that it is reached at."""
    port = str(urlsplit(url).port)
    command = [sys.executable, "-m", "benchmarks.relay", port, str(certificate)]
    command.append(str(round_trip_seconds))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="ascii") as relay:
        assert relay.stdout is not None
        yield f"https://127.0.0.1:{relay.stdout.readline().strip()}"
