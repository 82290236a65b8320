"""`scalingo domains`: the domain names of an app, and their certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Group
from scalingo_cli.cli.options import several, switch, without_asking
from scalingo_cli.cli.types import Word
from scalingo_cli.collection import Collection
from scalingo_cli.console.view import Column, View, at, plain
from scalingo_cli.errors import BadUsage
from scalingo_cli.storage import input_file
from scalingo_cli.text.dates import ago, seconds_until

if TYPE_CHECKING:
    from scalingo_cli.console.view import Record
    from scalingo_cli.session import App, Session

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

# What Let's Encrypt does for a domain, in words.
LETS_ENCRYPT = {
    "created": "active",
    "dns_required": "needs a DNS record",
    "error": "failed",
    "new": "requested",
    "pending_dns": "waits for the DNS",
}


def _lets_encrypt(domain: Record) -> str:
    """Return what Let's Encrypt does for a domain: off, or the platform's word for it."""
    if at(domain, "letsencrypt_enabled") is False:
        return "off"
    return plain(at(domain, "letsencrypt_status"))


def _record(domain: Record) -> str:
    """Return the DNS record to set by hand, empty if there is none to set."""
    name, value = (plain(at(domain, f"acme_dns_{part}")) for part in ("fqdn", "value"))
    return f"{name} TXT {value}" if name and value else ""


# What the regional platform has besides.
REGIONAL = DOMAIN._replace(
    columns={
        **DOMAIN.columns,
        "Canonical": "canonical",
        "Let's Encrypt": Column(
            _lets_encrypt,
            lambda domain: LETS_ENCRYPT.get(_lets_encrypt(domain), _lets_encrypt(domain)),
            lambda domain: {"created": "green", "error": "red"}.get(_lets_encrypt(domain)),
        ),
    },
    details={**DOMAIN.details, "DNS record to set": Column(_record)},
)


def _view(app: App) -> View:
    return REGIONAL if app.api.platform.is_regional else DOMAIN


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
    app = session.app()
    document = DOMAINS.get(app)
    session.show(document, _view(app))
    if session.console.terminal and not session.console.as_json:
        for domain in document["domains"]:
            _say_record(session, domain)


def _say_record(session: Session, domain: Record) -> None:
    """Say which DNS record a domain needs for its certificate, if it needs one."""
    if (record := _record(domain)) and not domain.get("ssl"):
        session.say(f"For the certificate of {plain(domain['name'])}, set the DNS record: {record}")


@command.command(examples=["scalingo domains show shop.pinecrate.example"])
@click.argument("domain", metavar="NAME|ID", type=Word(listing="domains list"))
@click.pass_obj
def show(session: Session, domain: str) -> None:
    """Show a domain and its certificate."""
    app = session.app()
    session.show(DOMAINS.show(app, domain), _view(app))


certified = several(
    click.option("--cert", metavar="FILE", help="Certificate in PEM; in a chain, it comes first."),
    click.option("--key", metavar="FILE", help="Private key of the certificate, in PEM."),
)
lets_encrypt = switch(
    "letsencrypt", help="Certificate of Let's Encrypt (default for a new domain: yes)."
)


@command.command(
    changes=True,
    examples=[
        "scalingo domains add fresh.pinecrate.example",
        "scalingo domains add fresh.pinecrate.example --cert cert.pem --key key.pem",
    ],
)
@click.argument("name")
@certified
@lets_encrypt
@click.pass_obj
def add(
    session: Session, name: str, cert: str | None, key: str | None, letsencrypt: bool | None
) -> None:
    """Add a domain, with or without a certificate.

    Nothing is sent if the key does not match the certificate.
    """
    domain: dict[str, Any] = {"name": name} | _tls(cert, key)
    app = session.app()
    if letsencrypt is not None:
        domain["letsencrypt_enabled"] = letsencrypt
        app = app._replace(api=session.regional_api)
    answer = app.api.send("POST", "apps", app.name, "domains", json={"domain": domain})
    session.show(answer.document, _view(app))
    session.say(f"Added {name} to {app.name}.")
    session.say(
        "Point its DNS at the app's address. To see it:"
        f" {session.auth.line(f'apps show {app.name}')}"
    )


@command.command(
    changes=True,
    reversible=False,
    examples=[
        "scalingo domains update shop.pinecrate.example --cert cert.pem --key key.pem",
        "scalingo domains update shop.pinecrate.example --canonical",
        "scalingo domains update www.pinecrate.example --letsencrypt",
    ],
)
@click.argument("domain", metavar="NAME|ID", type=Word(listing="domains list"))
@certified
@click.option("--no-cert", is_flag=True, help="Remove the certificate.")
@lets_encrypt
@switch("canonical", help="Redirection of the app's other domains to this one.")
@click.pass_obj
def update(
    session: Session,
    domain: str,
    cert: str | None,
    key: str | None,
    no_cert: bool,
    letsencrypt: bool | None,
    canonical: bool | None,
) -> None:
    """Change the certificate of a domain, or make it the canonical one.

    Nothing is sent if the key does not match the certificate.
    """
    fields = _tls(cert, key)
    if no_cert:
        if fields:
            raise BadUsage("--no-cert cannot be combined with --cert and --key.")
        fields = {"tlscert": "", "tlskey": ""}
    given = {"letsencrypt_enabled": letsencrypt, "canonical": canonical}
    settings = {name: value for name, value in given.items() if value is not None}
    if not fields and not settings:
        raise BadUsage("Nothing to change: use --cert and --key, or another option.")
    app = session.app()
    if settings:
        app = app._replace(api=session.regional_api)
    found = DOMAINS.one(app, domain)
    answer = app.api.send(
        *("PATCH", "apps", app.name, "domains", plain(found["id"])),
        json={"domain": fields | settings},
    )
    session.show(answer.document, _view(app))
    what = "" if settings else "the certificate of "
    session.say(f"Updated {what}{plain(found['name'])}.")
    _say_record(session, answer.document["domain"])


@command.command(
    changes=True, reversible=False, examples=["scalingo domains remove www.pinecrate.example --yes"]
)
@click.argument("domain", metavar="NAME|ID", type=Word(listing="domains list"))
@without_asking
@click.pass_obj
def remove(session: Session, domain: str, yes: bool) -> None:
    """Remove a domain and its certificate."""
    app = session.app()
    found = DOMAINS.one(app, domain)
    name = plain(found["name"])
    what = f"the domain {name} with its certificate" if found.get("ssl") else f"the domain {name}"
    session.prompter.agree(f"Remove {what} from {app.name}?", yes)
    app.api.send("DELETE", "apps", app.name, "domains", plain(found["id"]))
    session.say(f"Removed {what} from {app.name}.")


def _tls(cert: str | None, key: str | None) -> dict[str, Any]:
    """Return the certificate and the key of two files as the API takes them, nothing for neither.

    Raises BadUsage for one without the other.
    """
    if (cert is None) != (key is None):
        raise BadUsage("--cert and --key must be used together.")
    if cert is None or key is None:
        return {}
    from scalingo_cli.commands.domains import pem

    certificates, private_key = pem.pair(
        input_file.content(cert), input_file.content(key), cert, key
    )
    return {"tlscert": certificates, "tlskey": private_key}
