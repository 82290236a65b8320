"""A document of the API: a rooted JSON object, and the text that it was read from."""

from __future__ import annotations

import json
from typing import Any

from scalingo_cli import errors


class Document(dict[str, Any]):
    """A document that knows the JSON `text` it was read from, to be passed on unchanged.

    A root that is not there raises Failed instead of a KeyError.
    """

    text = ""

    def __missing__(self, root: str) -> Any:
        """Refuse to go on without what the API promises."""
        raise errors.Failed(
            f'The answer lacks the "{root}" that the API promises.', "Check SCALINGO_API_URL."
        )


def rooted(text: str, content_type: str = "", request_id: str | None = None) -> Document:
    """Return the rooted JSON object that `text` holds.

    Raises Failed when it is not JSON (HTML from a proxy, say) or not an object.
    """
    try:
        content = json.loads(text, parse_constant=_no_constant)
        if not isinstance(content, dict):
            raise ValueError("the root is not an object")
    except (ValueError, RecursionError) as error:
        raise no_document(content_type, request_id) from error
    document = Document(content)
    document.text = text
    return document


def no_document(content_type: str, request_id: str | None) -> errors.Failed:
    """Return the error to raise for an answer that is no rooted JSON object."""
    return errors.Failed(
        f"The answer is not the JSON that the API promises ({content_type or 'no content type'}).",
        "A proxy may stand between you and the platform: check SCALINGO_API_URL and HTTPS_PROXY.",
        request_id=request_id,
    )


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
