"""A document of the API: a rooted JSON object, and the text that it was parsed from."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scalingo_cli import errors
from scalingo_cli.text import json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Document(dict[str, Any]):
    """A document with the JSON `text` that it was parsed from, to be passed on unchanged.

    `asked` names the request. A missing root raises Failed instead of a KeyError.
    """

    text = ""
    asked = ""

    def __missing__(self, root: str) -> Any:
        """Raise Failed for a missing root that the API promises."""
        raise errors.Failed(
            f'The response{self._to} has no "{root}", which the API documents.',
            "Check SCALINGO_API_URL.",
        )

    @property
    def _to(self) -> str:
        return f" to {self.asked}" if self.asked else ""


def rooted(
    text: str, content_type: str = "", request_id: str | None = None, asked: str = ""
) -> Document:
    """Return the rooted JSON object that `text` holds.

    Args:
        text: The body of a response.
        content_type: Its type, for the error.
        request_id: The platform's ID of the request.
        asked: The request, in words.

    Returns:
        The document.

    Raises:
        Failed: It is not JSON (HTML from a proxy, say) or not an object.
    """
    try:
        content = json.loads(text, parse_constant=_no_constant)
        if not isinstance(content, dict):
            raise ValueError("the root is not an object")
    except (ValueError, RecursionError) as error:
        raise no_document(content_type, request_id) from error
    document = sent(text, content)
    document.asked = asked
    return document


def sent(text: str, content: Mapping[str, Any] = MappingProxyType({})) -> Document:
    """Return a document with the `content` that commands read, to be passed on as `text`."""
    document = Document(content)
    document.text = text
    return document


def chosen(document: Document, root: str, keep: Callable[[Mapping[str, Any]], bool]) -> Document:
    """Return the document with those of its records under `root` that `keep` picks, as sent."""
    fields = json_text.fields(document.text)
    texts = json_text.items(fields[root]) if document[root] else []
    kept = [text for record, text in zip(document[root], texts, strict=True) if keep(record)]
    fields[root] = f"[{', '.join(kept)}]"
    return rooted(json_text.joined(fields), asked=document.asked)


def merged(root: str, parts: Iterable[tuple[Document, Mapping[str, str | None]]]) -> Document:
    """Return one document of the records of several under `root`, as sent.

    Each part comes with the fields to put in front of its records, unless they have them.
    """
    records = []
    for document, extra in parts:
        texts = json_text.items(json_text.fields(document.text)[root]) if document[root] else []
        for record, text in zip(document[root] or [], texts, strict=True):
            new = {name: json.dumps(value) for name, value in extra.items() if name not in record}
            records.append(json_text.joined({**new, **json_text.fields(text)}))
    return rooted(json_text.joined({root: f"[{', '.join(records)}]"}))


def no_document(content_type: str, request_id: str | None) -> errors.Failed:
    """Return the error for a response that is not a rooted JSON object."""
    return errors.Failed(
        "The response is not the JSON that the API documents"
        f" ({content_type or 'no content type'}).",
        "Is there a proxy in between? Check SCALINGO_API_URL and HTTPS_PROXY.",
        request_id=request_id,
    )


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
