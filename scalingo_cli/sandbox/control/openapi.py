"""The routes of the sandbox as an OpenAPI document."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scalingo_cli.sandbox.http.routing import Route
    from scalingo_cli.sandbox.state.models import Host, Row

_SCHEMES = {"legacy": "token", "links": "token", "api": "bearer", "auth": "bearer", "db": "bearer"}


def document(routes: Iterable[Route], urls: Mapping[Host, str]) -> Row:
    """Return the OpenAPI document of the routes that a platform with these hosts serves."""
    paths: dict[str, Row] = {}
    for route in routes:
        hosts = [host for host in urls if host.service in route.services]
        for method in route.methods if hosts else ():
            operation = _operation(route, method, [urls[host] for host in hosts])
            operation["security"] = _security(route.auth, hosts)
            operation["tags"] = sorted({host.service for host in hosts})
            paths.setdefault("/".join(route.segments), {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "The API that scalingo sandbox serves", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            }
        },
    }


def _operation(route: Route, method: str, servers: list[str]) -> Row:
    names = [part[1:-1] for part in route.segments if part.startswith("{")]
    parameters = [_parameter(name, "path") for name in names]
    parameters += [_parameter(name, "query") for name in sorted(route.query)]
    operation: Row = {
        "operationId": f"{method.lower()} {'/'.join(route.segments)}",
        "summary": _summary(route),
        "servers": [{"url": url} for url in servers],
        "parameters": parameters,
        "responses": {"default": {"description": "See the platform's documents."}},
    }
    if method in ("POST", "PUT", "PATCH") or (method == "DELETE" and route.deletes_with_body):
        operation["requestBody"] = {"content": {route.body: {}}}
    return operation


def _summary(route: Route) -> str:
    """Return what a route does: from its docstring, or for regular nouns from its name."""
    if said := inspect.getdoc(route.answer):
        return said.partition("\n")[0]
    noun = [part for part in route.segments if not part.startswith("{")][-1]
    return f"{route.answer.__name__.rstrip('_').capitalize()} {noun}."


def _parameter(name: str, place: str) -> Row:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}


def _security(auth: str, hosts: Iterable[Host]) -> list[dict[str, list[Any]]]:
    if auth == "none":
        return []
    schemes = sorted({_SCHEMES[host.service] for host in hosts})
    return [*([{}] if auth == "optional" else []), *({scheme: []} for scheme in schemes)]
