"""Domain names of an application; certificate and key go in as PEM and come out described."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import document, invalid, nothing
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.runtime import x509
from scalingo_cli.sandbox.state.clock import stamp
from scalingo_cli.sandbox.state.models import find

if TYPE_CHECKING:
    from scalingo_cli.sandbox.http.messages import Response
    from scalingo_cli.sandbox.state.models import Row
    from scalingo_cli.sandbox.state.store import Store

MOST = {"legacy": 5, "api": 20}
NAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])")
TLS = ("tlscert", "tlskey", "validity")


@route("GET", "/v1/apps/{app}/domains")
def list_(call: Call) -> Response:
    """List the domain names."""
    return document({"domains": call.app.domains})


@route("GET", "/v1/apps/{app}/domains/{domain_id}")
def show(call: Call) -> Response:
    """Show one domain name."""
    return document({"domain": find(call.app.domains, call.names["domain_id"], "domain")})


@route("POST", "/v1/apps/{app}/domains")
def create(call: Call) -> Response:
    """Add a domain name, with or without a certificate."""
    given = call.rooted("domain", {"name": str, **_shape(call)})
    name = given["name"]
    if len(name) > 253 or not NAME.fullmatch(name):
        raise invalid(name="is not a domain name in lower case")
    if any(row["name"] == name for app in call.store.apps for row in app.domains):
        raise invalid(name="is already taken")
    most = MOST[call.request.host.service]
    if len(call.app.domains) >= most:
        raise invalid(domains=f"are limited to {most} for each application")
    row = new(call.store, name) | _tls(given) | _names(given)
    call.app.domains.append(row)
    call.record("new_domain", {"hostname": name, "ssl": row["ssl"]})
    return document({"domain": row}, 201)


@route("PATCH PUT", "/v1/apps/{app}/domains/{domain_id}")
def update(call: Call) -> Response:
    """Change the certificate of a domain name; empty strings take it away."""
    row = find(call.app.domains, call.names["domain_id"], "domain")
    given = call.rooted("domain", _shape(call))
    old_ssl = row["ssl"]
    if "tlscert" in given or "tlskey" in given:
        tls = _tls(given)
        for name in TLS:
            row.pop(name, None)
        row.update(tls)
    elif not given:
        return document({"domain": row})
    row.update(_names(given))
    data = {"hostname": row["name"], "old_ssl": old_ssl, "ssl": row["ssl"]}
    call.record("edit_domain", data)
    return document({"domain": row})


@route("DELETE", "/v1/apps/{app}/domains/{domain_id}")
def delete(call: Call) -> Response:
    """Remove a domain name."""
    row = find(call.app.domains, call.names["domain_id"], "domain")
    call.app.domains.remove(row)
    call.record("delete_domain", {"hostname": row["name"]})
    return nothing()


def new(store: Store, name: str) -> Row:
    """Return a domain without a certificate, not yet in the store."""
    row: Row = {"id": store.new_id(), "name": name, "ssl": False}
    if store.regional:
        row |= {
            "canonical": False,
            "letsencrypt_enabled": True,
            "letsencrypt": False,
            "letsencrypt_status": "new",
        }
    return row


def _shape(call: Call) -> dict[str, type]:
    shape: dict[str, type] = {"tlscert?": str, "tlskey?": str}
    return shape | {"canonical?": bool, "letsencrypt_enabled?": bool} if call.regional else shape


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
