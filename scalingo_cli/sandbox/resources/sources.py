"""Sources: places for archives, with an address to write and one to read, each for ten minutes.

An address requires no credentials, and accepts none: like the object storage that the platform
uses, it refuses a request that is also signed in a different way.
"""

from __future__ import annotations

import tarfile
import zlib
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from scalingo_cli.sandbox.http.messages import Refusal, Response, document
from scalingo_cli.sandbox.http.routing import Call, route
from scalingo_cli.sandbox.state.models import Source

if TYPE_CHECKING:
    from collections.abc import Generator

    from scalingo_cli.sandbox.state.models import Row
    from scalingo_cli.sandbox.state.store import Store

LIFE = timedelta(minutes=10)
ARCHIVE = "application/x-gzip"
MOST_NAMES = 20
_CHUNK = 256 * 1024


@route("POST", "/v1/sources", on=["api"])
def create(call: Call) -> Response:
    """Create a place for an archive."""
    store = call.store
    source = Source(
        store.new_uuid(), store.new_secret(), store.new_secret(), store.clock.now() + LIFE
    )
    store.sources.append(source)
    address = f"{store.api_url(call.region)}/v1/sources/{source.id}?token="
    row: Row = {
        "upload_url": address + source.upload_token,
        "download_url": address + source.download_token,
    }
    return document({"source": row}, 201)


@route(
    "PUT",
    "/v1/sources/{source_id}",
    on=["api"],
    query=["token"],
    auth="none",
    body=ARCHIVE,
    streamed=True,
)
def upload(call: Call) -> Response:
    """Store an archive, replacing an earlier one."""
    source = _found(call)
    if call.query.get("token") != source.upload_token:
        raise _refused(403, "SignatureDoesNotMatch")
    if source.file:
        source.file.close()
    source.file, call.request.file = call.request.file, None
    return Response(200)


@route("GET", "/v1/sources/{source_id}", on=["api"], query=["token"], auth="none")
def download(call: Call) -> Response:
    """Send the archive."""
    source = _found(call)
    if call.query.get("token") != source.download_token:
        raise _refused(403, "SignatureDoesNotMatch")
    if source.file is None:
        raise _refused(404, "NoSuchKey")
    return Response(200, content_type=ARCHIVE, chunks=_content(source.file))


def _content(file: IO[bytes]) -> Generator[bytes]:
    place = 0
    while True:
        file.seek(place)
        chunk = file.read(_CHUNK)
        if not chunk:
            return
        place = file.tell()
        yield chunk


def _found(call: Call) -> Source:
    if "authorization" in call.request.headers:
        raise _refused(400, "InvalidArgument", "Only one way of signing a request is allowed")
    for source in call.store.sources:
        if source.id == call.names["source_id"]:
            if call.store.clock.now() > source.until:
                raise _refused(403, "AccessDenied", "Request has expired")
            return source
    raise _refused(404, "NoSuchKey")


def _refused(status: int, code: str, message: str = "") -> Refusal:
    page = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message or code}</Message></Error>"
    )
    return Refusal(Response(status, page.encode(), "application/xml"))


def drop_all(store: Store) -> None:
    """Close every archive."""
    for source in store.sources:
        if source.file:
            source.file.close()


def contents(store: Store, address: str) -> tuple[list[str], str]:
    """Return the names at the root of the archive at an address, and the error in it, if any.

    An address outside of this sandbox is assumed to be valid: nothing is fetched.
    """
    if not address.startswith(tuple(f"{store.api_url(name)}/" for name in store.regions)):
        return [], ""
    for source in store.sources:
        if address.endswith(f"/v1/sources/{source.id}?token={source.download_token}"):
            if store.clock.now() > source.until:
                return [], "its address has expired"
            return _names(source.file) if source.file else ([], "nothing was sent there")
    return [], "there is no such archive"


def _names(file: IO[bytes]) -> tuple[list[str], str]:
    roots: dict[str, None] = {}
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r|gz") as archive:
            for member in archive:
                root, slash, _ = member.name.removeprefix("./").partition("/")
                if root not in ("", "."):
                    roots[root + ("/" if slash or member.isdir() else "")] = None
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        return [], f"it is not a tar.gz: {error}"
    if not roots:
        return [], "it is empty"
    names = list(roots)
    more = [f"and {len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    return names[:MOST_NAMES] + more, ""
