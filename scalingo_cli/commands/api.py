"""`scalingo api`: any request to the platform's API, with this client's sign-in and errors."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.errors import BadUsage, Failed, Misused
from scalingo_cli.storage import input_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scalingo_cli.session import Session

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
WITHOUT_BODY = {"GET", "HEAD", "DELETE"}  # the documents' rule: their fields go into the query


@click.command(
    "api",
    cls=Command,
    changes=True,
    takes_app=True,
    examples=[
        "scalingo api GET /apps/{app}",
        "scalingo api GET /apps/{app}/events --paginate | jq '.events | length'",
        "scalingo api GET /apps/{app}/events -f per_page=5 -i",
        "scalingo api POST /apps -f 'app[name]=tea-room'",
        'scalingo api POST /apps/{app}/scale -F \'containers=[{"name": "web", "amount": 2}]\'',
        "scalingo api PUT /apps/{app}/variables --input variables.json",
        "scalingo api DELETE '/apps/{app}?current_name={app}' --dry-run",
    ],
)
@click.argument("method", type=click.Choice(METHODS, case_sensitive=False), metavar="METHOD")
@click.argument("path")
@click.option(
    "-F",
    "--field",
    "fields",
    multiple=True,
    metavar="KEY=VALUE",
    help="A field whose value is JSON where it can be, text otherwise; @FILE: the file's text.",
)
@click.option(
    "-f", "--raw-field", "texts", multiple=True, metavar="KEY=VALUE", help="A field that is text."
)
@click.option("--input", "input_", metavar="FILE|-", help="Send this file as the body.")
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="NAME: VALUE", help="Send this header too."
)
@click.option("-i", "--include", is_flag=True, help="Print the status line and the headers first.")
@click.option("--paginate", is_flag=True, help="Print every page of a collection as one document.")
@click.pass_obj
def command(
    session: Session,
    method: str,
    path: str,
    fields: Sequence[str],
    texts: Sequence[str],
    input_: str | None,
    headers: Sequence[str],
    include: bool,
    paginate: bool,
) -> None:
    """Send any request to the API and print its answer as received.

    PATH is what follows /v1 in the API's documents; {app} in it stands for the app. Fields make
    the body, or the query of GET, HEAD and DELETE. KEY may be app[name] for a field of an object,
    and scope[] for an item of a list.
    """
    if paginate and (method != "GET" or include or headers):
        raise BadUsage("--paginate goes with GET alone, and without -i and -H.")
    if include and session.console.as_json:
        raise BadUsage("-i prints what is not JSON: leave --json or -i out.")
    parts, query = _place(session, path)
    given = [*_fields(fields, typed=True), *_fields(texts, typed=False)]
    body = _body(method, given, input_)
    if method in WITHOUT_BODY:
        query += [(key, text) for key, text, _ in given]
    from scalingo_cli.api import services

    is_public = method in {"GET", "HEAD"} and services.is_public(parts)
    api = session.open_api if is_public else session.api
    if paginate:
        from scalingo_cli.api import pagination

        session.console.show_json_of(pagination.whole(api, *parts, params=query))
        return
    with api.stream(method, *parts, body=body, params=query, headers=_headers(headers)) as answer:
        if include:
            session.console.write_file("\n".join([*answer.heading, "", ""]))
        is_json = answer.kind in {"", "application/json"}
        if session.console.as_json and not is_json and answer.body:
            raise Failed(f"The answer is not JSON ({answer.kind}).", "Leave --json out.")
        if not (session.console.terminal and answer.body):
            session.console.pass_on(answer.chunks)
        elif answer.kind == "application/json":
            session.console.show_json(answer.unsettled)
        else:
            session.console.write_file(answer.body)


def _place(session: Session, path: str) -> tuple[list[str], list[tuple[str, str | int]]]:
    """Return the parts of a path and its query; the app is looked for only if it is named."""
    from urllib.parse import parse_qsl, unquote

    if "://" in path.partition("?")[0] or path.startswith("//"):
        raise Misused(
            "PATH is a whole URL, and the token goes to the platform in force alone.",
            "Write what follows /v1 in it; SCALINGO_API_URL names the platform.",
        )

    def filled(text: str) -> str:
        return text.replace("{app}", session.app().name) if "{app}" in text else text

    place, _, query = path.partition("?")
    place = re.sub(r"^/?(v1(/|$))?", "", place)
    return (
        [filled(unquote(part)) for part in place.removesuffix("/").split("/")],
        [(name, filled(value)) for name, value in parse_qsl(query, keep_blank_values=True)],
    )


def _fields(given: Sequence[str], *, typed: bool) -> Iterator[tuple[str, str, Any]]:
    """Yield key, text and value of each KEY=VALUE. Raises Misused, repeating no value."""
    option = "-F" if typed else "-f"
    if typed and sum(field.endswith("=@-") for field in given) > 1:
        raise BadUsage("Only one value can come from standard input.")
    for field in given:
        key, equals, text = field.partition("=")
        if not (key and equals):
            raise BadUsage(f"What follows {option} is not of the form KEY=VALUE.")
        if typed and text.startswith("@"):
            text = input_file.text(text[1:])
            yield key, text, text
        else:
            yield key, text, _typed(key, text) if typed else text


def _typed(key: str, text: str) -> Any:
    """Return the JSON that a text is, else the text itself. Raises Misused for broken JSON."""
    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        if text[:1] in {"{", "[", '"'}:
            raise Misused(
                f"The value of {key} begins as JSON and is none.", "Send it as text: -f"
            ) from None
        return text


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is no number that JSON can hold")
    return number


def _body(method: str, given: Sequence[tuple[str, str, Any]], file: str | None) -> bytes | None:
    """Return the body that the fields or the file make, None where there is none."""
    if file is not None:
        if given:
            raise BadUsage("--input goes without -F and -f; a query can stand in PATH.")
        if method in {"GET", "HEAD"}:
            raise BadUsage(f"{method} takes no body.")
        return input_file.content(file)
    if method in WITHOUT_BODY or not given:
        return None
    document: dict[str, Any] = {}
    for key, _, value in given:
        _put(document, key, value)
    return json.dumps(document).encode()


def _put(document: dict[str, Any], key: str, value: Any) -> None:
    """Put a value where `app[name]` or `scope[]` says. Raises Misused where it cannot be."""
    if not re.fullmatch(r"[^\[\]]+(\[[^\[\]]+\])*(\[\])?", key):
        raise BadUsage(
            f'"{key}" is not a key like name, app[name] or scope[].',
            """For what is deeper, give JSON: -F 'containers=[{"name": "web", "amount": 2}]'""",
        )
    *outer, last = key.replace("]", "").split("[")
    is_item = not last
    if is_item:
        last = outer.pop()
    inside: Any = document
    for name in outer:
        inside = inside.setdefault(name, {})
        if not isinstance(inside, dict):
            raise BadUsage(f"{key} is inside of a value that is no object.")
    if is_item:
        inside = inside.setdefault(last, [])
        if not isinstance(inside, list):
            raise BadUsage(f"{key} is an item of a value that is no list.")
        inside.append(value)
    elif last in inside:
        raise BadUsage(f"{key} is given twice.")
    else:
        inside[last] = value


def _headers(given: Sequence[str]) -> dict[str, str]:
    """Return the headers of `NAME: VALUE` arguments. Raises Misused, repeating no value."""
    headers: dict[str, str] = {}
    for header in given:
        name, _, value = (part.strip(" ") for part in header.partition(":"))
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or ":" not in header:
            raise BadUsage("What follows -H is not of the form NAME: VALUE.")
        if not re.fullmatch(r"[\t -~]*", value):
            raise Misused(f"The value of the header {name} is not plain text.")
        if name.lower() == "authorization":
            raise Misused(
                "The token is no header to give.", "Run scalingo login, or set SCALINGO_API_TOKEN."
            )
        headers[name] = value
    return headers
