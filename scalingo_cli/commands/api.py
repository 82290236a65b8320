"""`scalingo api`: any request to the platform's API, with this client's sign-in and errors."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

import click

from scalingo_cli import database as databases
from scalingo_cli.cli.command import Command
from scalingo_cli.errors import BadUsage, Failed, Misused, NextStep
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
    reads_if=lambda given: given["method"] in {"GET", "HEAD"},
    reversible=False,
    takes_app=True,
    takes_addon=True,
    examples=[
        "scalingo api GET /apps/{app}",
        "scalingo api GET /apps/{app}/events --paginate | jq '.events | length'",
        "scalingo api GET /apps/{app}/events -f per_page=5 -i",
        "scalingo api POST /apps -f 'app[name]=tea-room'",
        'scalingo api POST /apps/{app}/scale -F \'containers=[{"name": "web", "amount": 2}]\'',
        "scalingo api PUT /apps/{app}/variables --input variables.json",
        "scalingo api DELETE '/apps/{app}?current_name={app}' --dry-run",
        "scalingo api GET /databases/{db} --addon postgresql",
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
    help="Field with a JSON value, or text if it is not JSON; @FILE reads the value from a file.",
)
@click.option(
    "-f",
    "--raw-field",
    "texts",
    multiple=True,
    metavar="KEY=VALUE",
    help="Field with a text value.",
)
@click.option("--input", "input_", metavar="FILE|-", help="File to send as the body.")
@click.option(
    "-H",
    "--header",
    "headers",
    multiple=True,
    metavar="NAME: VALUE",
    help="Additional request header.",
)
@click.option(
    "-i", "--include", is_flag=True, help="Print the response's status line and headers first."
)
@click.option(
    "--paginate",
    is_flag=True,
    help="Fetch all pages of a collection and print them as one document.",
)
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
    """Send a request to the API and print the response.

    PATH is the part after /v1 in the API documentation; {app} in it is replaced by the app. With
    --addon or --database, it is a path of the database API, and {db} is the ID of the database.

    Fields are sent as the body, or as the query for GET, HEAD and DELETE. KEY can be app[name] for
    a field of an object, or scope[] for an item of a list.
    """
    if paginate and any(session.selection.addon_options.values()):
        raise BadUsage("--paginate cannot be combined with --addon or --database.")
    if paginate and (method != "GET" or include or headers):
        raise BadUsage("--paginate requires GET, and cannot be combined with -i or -H.")
    if include and session.console.as_json:
        raise BadUsage("-i and --json cannot be combined.")
    parts, query = _place(session, path)
    given = [*_fields(fields, typed=True), *_fields(texts, typed=False)]
    body = _body(method, given, input_)
    if method in WITHOUT_BODY:
        query += [(key, text) for key, text, _ in given]
    from scalingo_cli.api import services
    from scalingo_cli.api.document import sent

    is_public = method in {"GET", "HEAD"} and services.is_public(parts)
    api = session.open_api if is_public else session.api
    if paginate:
        from scalingo_cli.api import pagination

        session.console.show_json_of(pagination.whole(api, *parts, params=query))
        return
    where: dict[str, Any] = {}
    is_of_database = parts[0] == "api" and databases.is_chosen(session)
    if is_of_database or any(session.selection.addon_options.values()):
        where["service"] = databases.chosen(session).service
        parts = parts[1:] if parts[0] == "api" else parts
    with api.stream(
        method, *parts, body=body, params=query, headers=_headers(headers), **where
    ) as answer:
        if include:
            session.console.write_file("\n".join([*answer.heading, "", ""]))
        is_json = answer.kind in {"", "application/json"}
        if session.console.as_json and not is_json and answer.body:
            raise Failed(f"The response is not JSON ({answer.kind}).", "Remove --json.")
        if session.console.query and answer.body:
            session.console.show_json(sent(answer.body))
        elif not (session.console.terminal and answer.body):
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
            "PATH must not be a full URL: the token is sent only to the selected platform.",
            "Pass the part after /v1; to choose another platform, set SCALINGO_API_URL.",
        )

    def filled(text: str) -> str:
        if "{db}" in text:
            text = text.replace("{db}", databases.chosen(session).id)
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
        raise BadUsage("Only one value can be read from standard input.")
    for field in given:
        key, equals, text = field.partition("=")
        if not (key and equals):
            raise BadUsage(f"{option} requires KEY=VALUE.")
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
                f"The value of {key} looks like JSON but is invalid.", "To send it as text, use -f."
            ) from None
        return text


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is not a number in JSON")
    return number


def _body(method: str, given: Sequence[tuple[str, str, Any]], file: str | None) -> bytes | None:
    """Return the body made of the fields or the file, or None."""
    if file is not None:
        if given:
            raise BadUsage(
                "--input cannot be combined with -F or -f; put query parameters in PATH."
            )
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
    """Put a value at `app[name]` or `scope[]`. Raises Misused if that is impossible."""
    if not re.fullmatch(r"[^\[\]]+(\[[^\[\]]+\])*(\[\])?", key):
        raise BadUsage(
            f'"{key}" is not a valid key. Valid forms: name, app[name], scope[].',
            'For deeper values, pass JSON: -F \'containers=[{"name": "web", "amount": 2}]\'',
        )
    *outer, last = key.replace("]", "").split("[")
    is_item = not last
    if is_item:
        last = outer.pop()
    inside: Any = document
    for name in outer:
        inside = inside.setdefault(name, {})
        if not isinstance(inside, dict):
            raise BadUsage(f"{key} belongs to a value that is not an object.")
    if is_item:
        inside = inside.setdefault(last, [])
        if not isinstance(inside, list):
            raise BadUsage(f"{key} belongs to a value that is not a list.")
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
            raise BadUsage('-H requires "NAME: VALUE".')
        if not re.fullmatch(r"[\t -~]*", value):
            raise Misused(f"The value of the header {name} must be plain ASCII text.")
        if name.lower() == "authorization":
            raise Misused(
                "Authorization cannot be set with -H.",
                NextStep("Set SCALINGO_API_TOKEN, or sign in", "scalingo login"),
            )
        headers[name] = value
    return headers
