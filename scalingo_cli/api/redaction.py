"""Redaction: learns the secrets of one run, and hides them in whatever is shown."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from scalingo_cli.text import drains
from scalingo_cli.text.escape import MASK

# As html.escape does, whose module reads the name of every character.
_IN_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
# Fields that hold a secret wherever they appear: variables' values, credentials, private links.
_HIDDEN_FIELD = (
    r"(?i:value|old_value|otp|sig|invitation_link|sso_url|tlskey|private_key|(?:set-)?cookie"
    r"|.*(?:authorization|credential|password|secret|signature|token|api.?key))"
)
# Links that grant access to whoever holds them; only their origin may be shown.
_SECRET_LINKS = {
    "archives.url",
    "attach_url",
    "download_url",
    "drain.url",
    "drains.url",
    "invitation_link",
    "logs_url",
    "upload_url",
    "webhook_url",
}
_ASSIGNMENTS = "variables"  # names and values, in some responses as NAME=VALUE
_PASSWORD_IN_URL = re.compile(r"(\w://[^\s:/@]*:)([^\s/@]+)(?=@)")
_SECRET_MAPPINGS = {"env"}  # names to values, of a one-off container
# A shorter secret is hidden only in error messages, as a whole word: a variable may be just 1.
_TELLTALE = 6
_LONG_PART = 16  # characters of a link's path that are a credential rather than a name
# Names of variables whose values are secrets; most variables of an app are not.
_TELLING_NAME = r"(?i).*(?:pass|pwd|secret|token|key|credential|auth|dsn|salt|private)"


def secrets_in(document: Any) -> set[str]:
    """Return the secrets in a document of the API.

    The values of an app's variables are among them if their names or passwords inside say so.
    """
    secrets = Secrets()
    secrets.learn(_without_values(document))
    rows = document.get(_ASSIGNMENTS) if isinstance(document, Mapping) else None
    for name, value in _variables(rows):
        password = _PASSWORD_IN_URL.search(value)
        if password or re.match(_TELLING_NAME, name):
            secrets.add(value)
        if password:
            secrets.add(password[2])
    return secrets.known


def _variables(rows: Any) -> Iterator[tuple[str, str]]:
    """Yield the names and values of variables, which are records or `NAME=VALUE`."""
    for row in rows if isinstance(rows, list) else []:
        name: Any = None
        value: Any = None
        if isinstance(row, str):
            name, _, value = row.partition("=")
        elif isinstance(row, Mapping):
            name, value = row.get("name"), row.get("value")
        if isinstance(name, str) and isinstance(value, str):
            yield name, value


def _without_values(value: Any) -> Any:
    """Return a JSON value without the values of variables in it."""
    if isinstance(value, Mapping):
        left_out = {"value", "old_value", _ASSIGNMENTS, *_SECRET_MAPPINGS}
        return {name: _without_values(of) for name, of in value.items() if name not in left_out}
    return [_without_values(of) for of in value] if isinstance(value, list) else value


class Secrets:
    """The secrets of one run, learnt from what is sent and received.

    A field that holds a secret is masked because of its name; the same text elsewhere, such as in
    the platform's error message, because it was seen in such a field.
    """

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._spelt: set[str] = set()  # those whose encoded forms are all known
        self._forms: set[str] = set()
        self._lock = threading.Lock()  # pages are fetched and logged at the same time

    def add(self, secret: str) -> None:
        """Hide `secret` from now on, also as encoded in URLs, JSON, Python or web pages."""
        # It is encoded only when there is a text to hide it in: mostly there is none.
        self._secrets.add(secret)

    @property
    def known(self) -> set[str]:
        """The secrets as they were learnt."""
        return {*self._secrets}

    def _spell(self, secret: str) -> None:
        """Add all the forms of a secret."""
        lines = [line for line in secret.splitlines() if len(line.strip()) >= _TELLTALE]
        for text in filter(None, {secret, secret.strip(), *lines}):
            plain, ascii_ = json.dumps(text, ensure_ascii=False), json.dumps(text)
            self._forms |= {
                text,
                text.translate(_IN_HTML),
                plain[1:-1],
                ascii_[1:-1],
                repr(text)[1:-1],
            }
            for safe in ("/", ""):
                self._forms.add(quote(text, safe, errors="surrogatepass"))
            self._forms.add(quote_plus(text, errors="surrogatepass"))
            for signed in (text, f":{text}"):  # as Basic authentication sends it
                self._forms.add(b64encode(signed.encode("utf-8", "surrogatepass")).decode())

    def learn(self, value: Any, field: str = "") -> None:
        """Add the secrets of a JSON value, which is under the key `field`."""
        if isinstance(value, Mapping):
            for name, inner in value.items():
                self.learn(inner, "value" if field in _SECRET_MAPPINGS else _below(field, name))
        elif isinstance(value, list):
            for inner in value:
                self.learn(inner, field)
        elif isinstance(value, str):
            if field in _SECRET_LINKS:
                self._learn_link(value)
            elif field == _ASSIGNMENTS:
                self.add(value.partition("=")[2])
            elif re.fullmatch(_HIDDEN_FIELD, field):
                self.add(value)

    def learn_body(self, body: str | bytes) -> None:
        """Add the secrets of a body, if it is JSON."""
        with suppress(RecursionError):  # what is nested that deeply is not shown either
            self.learn(_parsed(body))

    def _learn_link(self, link: str) -> None:
        """Add what makes a link a credential: the query's values, and long parts of the path."""
        try:
            parts = urlsplit(link)
        except ValueError:  # not a link
            self.add(link)
            return
        if drains.is_token(parts.scheme, parts.netloc):
            self.add(parts.netloc)
        for secret in filter(None, parts.netloc.rpartition("@")[0].split(":")):
            self.add(secret)
        segments = parts.path.split("/")
        long = [segment for segment in segments if len(segment) >= _LONG_PART]
        for text in {link, *long, *(segments[-1:] if not parts.query else ())}:
            self.add(text)
        for name, value in parse_qsl(parts.query):
            if re.fullmatch(_HIDDEN_FIELD, name) or len(value) >= _LONG_PART:
                self.add(value)

    def hide(self, text: str) -> str:
        """Return a text with each known secret replaced by asterisks."""
        for form in self._found(text):
            if len(form) >= _TELLTALE:
                text = text.replace(form, MASK)
        return _PASSWORD_IN_URL.sub(rf"\g<1>{MASK}", text)

    def _found(self, text: str) -> list[str]:
        """Return the encoded secrets that a text contains, the longest first."""
        with self._lock:
            for secret in self._secrets - self._spelt:
                self._spell(secret)
                self._spelt.add(secret)
            forms = list(self._forms)
        return sorted((form for form in forms if form in text), key=len, reverse=True)

    def masked(self, value: Any, field: str = "") -> Any:
        """Return a JSON value without its secrets; `field` is the key it is under.

        Objects and lists are searched even there, for `token` names an object in some responses
        and a string in others.
        """
        if isinstance(value, Mapping):
            if field in _SECRET_MAPPINGS:
                return dict.fromkeys(value, MASK)
            return {
                self.hide(name): self.masked(inner, _below(field, name))
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.masked(inner, field) for inner in value]
        if value in (None, ""):
            return value
        if field in _SECRET_LINKS:
            return f"{_origin(str(value))}/{MASK}"
        if field == _ASSIGNMENTS and isinstance(value, str) and "=" in value:
            return f"{value.partition('=')[0]}={MASK}"
        if re.fullmatch(_HIDDEN_FIELD, field):
            return MASK
        if not isinstance(value, str):
            return value
        return self.hide(self.url(value) if "://" in value else value)

    def body(self, body: str | bytes) -> Any:
        """Return the JSON of a body without its secrets; of other bodies only the size."""
        parsed = _parsed(body)
        if parsed is None:
            return f"{MASK} ({len(body)} bytes that are not JSON)"
        try:
            return self.masked(parsed)
        except RecursionError:
            return f"{MASK} ({len(body)} bytes, nested too deep to show)"

    def complaint(self, body: str) -> str:
        """Return the body of a refusal without the secrets that it may quote, however short."""
        parsed = _parsed(body)
        if parsed is not None:
            with suppress(RecursionError):
                return json.dumps(self._unquoted(parsed))
        return self._spared(body)

    def _unquoted(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {self._spared(name): self._unquoted(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._unquoted(inner) for inner in value]
        return self._spared(value) if isinstance(value, str) else value

    def _spared(self, text: str) -> str:
        text = self.hide(text)
        for form in self._found(text):
            text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", MASK, text)
        return text

    def url(self, url: str) -> str:
        """Return a URL without its password, and without the secrets in its path and query."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return MASK
        netloc = parts.netloc
        if drains.is_token(parts.scheme, netloc):
            netloc = MASK
        elif "@" in netloc:
            netloc = f"{MASK}@{netloc.rpartition('@')[2]}"
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        shown = [(name, self.masked(value, name)) for name, value in pairs]
        query = parts.query
        if shown != pairs:
            query = urlencode(shown, safe="*", quote_via=quote)
        path = self.hide(parts.path)
        return urlunsplit(parts._replace(netloc=netloc, path=path, query=query))


def _below(field: str, name: str) -> str:
    """Return the key to judge a nested field by: its own, unless that is too general."""
    dotted = f"{field}.{name}"
    return dotted if dotted in _SECRET_LINKS else name


def _parsed(body: str | bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    is_token = drains.is_token(parts.scheme, parts.netloc)
    return f"{parts.scheme}://{MASK if is_token else parts.netloc.rpartition('@')[2]}"
