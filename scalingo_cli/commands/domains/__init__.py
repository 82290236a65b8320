"""`scalingo domains`: the domain names of an app, and their certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.collection import Collection
from scalingo_cli.console.view import Column, View, at, plain
from scalingo_cli.errors import BadUsage
from scalingo_cli.storage import input_file
from scalingo_cli.text.dates import ago, seconds_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalingo_cli.console.view import Record
    from scalingo_cli.session import Session

SOON = 30 * 86_400  # seconds: certificates are renewed weeks before they expire


def _expiry(domain: Record) -> str:
    """Return when a domain's certificate expires, relative to now; empty where it has none."""
    sent = plain(at(domain, "validity"))
    left = seconds_until(sent)
    if left is None:
        return sent
    return f"{ago(sent)}{': expired' if left <= 0 else ': soon' if left < SOON else ''}"


def _expiry_colour(domain: Record) -> str | None:
    """Return red for a certificate that has expired or soon does."""
    left = seconds_until(plain(at(domain, "validity")))
    return "red" if left is not None and left < SOON else None


# What the API sends as `tlskey` describes the key; should it ever be the key, no column shows it.
DOMAIN = View(
    "domains",
    "domain",
    {
        "Name": "name",
        "TLS": "ssl",
        "Expires": Column(lambda record: plain(at(record, "validity")), _expiry, _expiry_colour),
    },
    details={"Certificate": "tlscert", "ID": "id"},
    empty="This app has no domains. Add one:",
    first="domains add NAME",
    listing="domains list",
)
DOMAINS = Collection(DOMAIN, path=("domains",))


@click.group("domains", cls=Group, takes_app=True)
def command() -> None:
    """List, add, update and remove domains and their certificates."""


@command.command(
    "list",
    examples=[
        "scalingo domains",
        "scalingo domains --json | jq -r '.domains[] | select(.ssl).validity'",
    ],
)
@click.pass_obj
def list_(session: Session) -> None:
    """List the domains of an app and when their certificates expire."""
    session.show(DOMAINS.get(session.app()), DOMAIN)


@command.command(examples=["scalingo domains show shop.pinecrate.example"])
@click.argument("domain", metavar="NAME|ID", type=Word(listing="domains list"))
@click.pass_obj
def show(session: Session, domain: str) -> None:
    """Show a domain and its certificate."""
    app = session.app()
    session.show(DOMAINS.show(app, domain), DOMAIN)


def _certified(required: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add --cert and --key to a command."""

    def add_options(command: Callable[..., None]) -> Callable[..., None]:
        command = click.option(
            "--key",
            metavar="FILE",
            required=required,
            help="Private key of the certificate, in PEM.",
        )(command)
        return click.option(
            "--cert",
            metavar="FILE",
            required=required,
            help="Certificate in PEM; in a chain, it comes first.",
        )(command)

    return add_options


@command.command(
    changes=True,
    examples=[
        "scalingo domains add fresh.pinecrate.example",
        "scalingo domains add fresh.pinecrate.example --cert cert.pem --key key.pem",
    ],
)
@click.argument("name")
@_certified(required=False)
@click.pass_obj
def add(session: Session, name: str, cert: str | None, key: str | None) -> None:
    """Add a domain, with or without a certificate.

    Nothing is sent if the key does not match the certificate.
    """
    if (cert is None) != (key is None):
        raise BadUsage("--cert and --key must be used together.")
    domain = {"name": name}
    if cert and key:
        domain |= _tls(cert, key)
    app = session.app()
    answer = app.api.send("POST", "apps", app.name, "domains", json={"domain": domain})
    session.show(answer.document, DOMAIN)
    session.say(f"Added {name} to {app.name}.")
    session.say(
        "Point its DNS at the app's address. To see it:"
        f" {session.auth.line(f'apps show {app.name}')}"
    )


@command.command(
    changes=True,
    examples=["scalingo domains update shop.pinecrate.example --cert cert.pem --key key.pem"],
)
@click.argument("domain", metavar="NAME|ID", type=Word(listing="domains list"))
@_certified(required=True)
@click.pass_obj
def update(session: Session, domain: str, cert: str, key: str) -> None:
    """Replace the certificate of a domain.

    Nothing is sent if the key does not match the certificate.
    """
    tls = _tls(cert, key)
    app = session.app()
    found = DOMAINS.one(app, domain)
    answer = app.api.send(
        "PATCH", "apps", app.name, "domains", plain(found["id"]), json={"domain": tls}
    )
    session.show(answer.document, DOMAIN)
    session.say(f"Updated the certificate of {plain(found['name'])}.")


@command.command(changes=True, examples=["scalingo domains remove www.pinecrate.example --yes"])
@click.argument("domain", metavar="NAME|ID", type=Word(listing="domains list"))
@without_asking
@click.pass_obj
def remove(session: Session, domain: str, yes: bool) -> None:
    """Remove a domain and its certificate."""
    app = session.app()
    found = DOMAINS.one(app, domain)
    name = plain(found["name"])
    what = f"the domain {name} with its certificate" if found.get("ssl") else f"the domain {name}"
    session.console.agree(f"Remove {what} from {app.name}?", yes)
    app.api.send("DELETE", "apps", app.name, "domains", plain(found["id"]))
    session.say(f"Removed {what} from {app.name}.")


def _tls(cert: str, key: str) -> dict[str, str]:
    """Return the certificate and the key of two files as the API takes them."""
    from scalingo_cli.commands.domains import pem

    certificates, private_key = pem.pair(
        input_file.content(cert), input_file.content(key), cert, key
    )
    return {"tlscert": certificates, "tlskey": private_key}
