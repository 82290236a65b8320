"""Domain names of an app; certificate and key are sent as PEM, and shown as a summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.collection import Collection
from scalingo_cli.sandbox.http.messages import invalid
from scalingo_cli.sandbox.runtime import x509
from scalingo_cli.sandbox.state.clock import stamp

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.routing import Call
    from scalingo_cli.sandbox.state.models import App, Row
    from scalingo_cli.sandbox.state.store import Store

NAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])")
TLS = ("tlscert", "tlskey", "validity")


def _event_data(verb: str, row: Row) -> Row:
    names = {"hostname": row["name"], "ssl": row["ssl"]}
    return {"hostname": row["name"]} if verb == "delete" else names


DOMAINS = Collection(
    "domains", "domain", events="domain", event_data=_event_data, on=("legacy", "api")
)
DOMAINS.lists()
DOMAINS.shows()
DOMAINS.deletes()
SETTINGS = {"tlscert?": str, "tlskey?": str, "canonical?": bool, "letsencrypt_enabled?": bool}


@DOMAINS.creates({"name": str, **SETTINGS})
def create(call: Call, given: Row) -> Row:
    """Add a domain name, with or without a certificate."""
    name = given["name"]
    if len(name) > 253 or not NAME.fullmatch(name):
        raise invalid(name="is not a domain name in lower case")
    if any(row["name"] == name for app in call.store.apps for row in app.domains):
        raise invalid(name="is already taken")
    most = call.store.dialect.most_domains
    if len(call.app.domains) >= most:
        raise invalid(domains=f"are limited to {most} for each application")
    return new(call.store, call.app, name) | _tls(given) | _names(given)


@DOMAINS.updates(SETTINGS)
def update(call: Call, row: Row, given: Row) -> Row | None:
    """Change the certificate of a domain name; empty strings remove it."""
    if not given:
        return None
    old_ssl = row["ssl"]
    if "tlscert" in given or "tlskey" in given:
        tls = _tls(given)
        for name in TLS:
            row.pop(name, None)
        row.update(tls)
    if given.get("canonical"):  # there is one at most
        for other in call.app.domains:
            other["canonical"] = False
    row.update(_names(given))
    return {"old_ssl": old_ssl}


def new(store: Store, app: App, name: str) -> Row:
    """Return a new domain without a certificate, without storing it."""
    fields = {
        "app_id": app.id,
        "created_at": store.stamp(),
        "name": name,
        "ssl": False,
        "ssl_status": "pending",
        "canonical": False,
        "letsencrypt_enabled": True,
        "letsencrypt": False,
        "letsencrypt_status": "new",
        **challenge("new"),
    }
    return DOMAINS.row(store, fields)


def challenge(status: str) -> Row:
    """Return what a domain has to have in the DNS if Let's Encrypt is at `status`."""
    required = status in ("dns_required", "error")
    return {
        "acme_dns_fqdn": "_acme-challenge" if required else "",
        "acme_dns_value": "Yd2cK7n0-mq4Rz8bXw1tLs6vUe3fHj9pAg5iNo2rQkT" if required else "",
        "acme_dns_error": {"dns_provider": "", "variables": []} if status == "error" else None,
        "acme_challenge_error": None,
    }


def _names(given: Row) -> Row:
    return {name: given[name] for name in ("canonical", "letsencrypt_enabled") if name in given}


def _tls(given: Row) -> Row:
    cert, key = given.get("tlscert", ""), given.get("tlskey", "")
    if not cert and not key:
        return {"ssl": False}
    problems = {}
    try:
        certificate = x509.certificate(cert)
    except ValueError as error:
        problems["tlscert"] = str(error)
    try:
        own_key = x509.private_key(key)
    except ValueError as error:
        problems["tlskey"] = str(error)
    if problems:
        raise invalid(**problems)
    if certificate.key != own_key:
        raise invalid(tlskey="does not belong to the certificate")
    return {
        "ssl": True,
        "tlscert": certificate.subject,
        "tlskey": f"{own_key.kind} private key - {own_key.bits} bytes",
        "validity": stamp(certificate.validity),
    }
