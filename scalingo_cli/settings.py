"""Environment variables with their defaults: the addresses of the platform, limits, directories."""

from __future__ import annotations

import os
import re
import threading
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.errors import Misused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from platformdirs.api import PlatformDirsABC

DEFAULT_API_URL = "https://api.scalingo.com"
DEFAULT_AUTH_URL = "https://auth.scalingo.com"
EXAMPLE_URLS = {
    "SCALINGO_AUTH_URL": DEFAULT_AUTH_URL,
    "SCALINGO_DB_URL": "https://db-api.osc-fr1.scalingo.com",
}

# The environment variables that change what a command does, for README and manual.
ENVIRONMENT = {
    "SCALINGO_API_TOKEN": "API token; overrides the stored one, and is never stored itself",
    "SCALINGO_APP": "app to act on, unless `--app` is given",
    "SCALINGO_ADDON, SCALINGO_DATABASE": "the add-on or database of a command that takes one",
    "SCALINGO_API_URL": (
        f"URL of the API (default: `{DEFAULT_API_URL}`, or the region's); plain http"
        " only to this machine"
    ),
    "SCALINGO_REGION": (
        "the region; default: the account's, `osc-fr1` for a token that begins with `tk-`, else the"
        " legacy API"
    ),
    "SCALINGO_AUTH_URL": "URL of the authentication API of the regional platform (default:"
    f" `{DEFAULT_AUTH_URL}`)",
    "SCALINGO_DB_URL": "URL of the database API (default: the region's)",
    "SCALINGO_SSH": "the program for `databases tunnel` (default: `ssh`)",
    "SCALINGO_SSH_HOST": "the SSH host of the platform, or HOST:PORT (default: the region's)",
    "SCALINGO_SSH_HOST_KEY": (
        "fingerprint of its host key, or several separated by commas (default: those that Scalingo"
        " publishes; for any other host, your known_hosts decides)"
    ),
    "SCALINGO_SANDBOX": "set by `scalingo sandbox`: no address outside of this machine is used",
    "SCALINGO_NO_CACHE": "if set to anything, bearers and regions are not cached between runs",
    "SCALINGO_TIMEOUT": "seconds to wait for the platform to send something (default: 60)",
    "SCALINGO_DEADLINE": (
        "seconds that a request may take, retries included (default: 300); streams have no limit"
    ),
    "SCALINGO_NO_RETRY": "if set to anything, failed requests are not retried",
    "SCALINGO_SANDBOX_SECRET": "the secret of the sandbox's controls (default: random)",
    "SCALINGO_CI": "`off` does what `--no-ci` does: nothing special in a CI job",
    "SCALINGO_CI_DOTENV": "in GitLab CI, the dotenv report to add outputs to (default: none)",
    "GITHUB_ACTIONS, GITLAB_CI": "set to `true` by the host of a CI job",
    "GITHUB_STEP_SUMMARY, GITHUB_OUTPUT": "files of a GitHub step, for summary and outputs",
    "SCALINGO_KEYRING_TIMEOUT": "seconds to wait for the keyring (default: 3)",
    "SCALINGO_CONFIG_DIR": "directory of the settings (default: the system's usual place)",
    "SCALINGO_CACHE_DIR": "directory of the completion cache (default: the system's usual place)",
    "SCALINGO_STATE_DIR": (
        "directory of the journals of `each` (default: the system's usual place)"
    ),
    "SCALINGO_FORCE_TTY": "format output as for a terminal of this many columns, even in a pipe",
    "NO_COLOR, CLICOLOR, CLICOLOR_FORCE": (
        "no colour (`NO_COLOR=1`, `CLICOLOR=0`), or colour even in a pipe (`CLICOLOR_FORCE=1`)"
    ),
    "TERM": "type of the terminal; `dumb` means no colour, no pager and no list to choose from",
    "CI": "if set to anything, no list to choose an app from",
    "PAGER": "pager for lists longer than the screen (default: `less`); empty for none",
    "VISUAL, EDITOR": "editor for `env edit` (default: `vi`)",
    "HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE": (
        "the usual proxy and certificate settings"
    ),
    "PYTHON_KEYRING_BACKEND": "keyring backend to use (default: chosen automatically)",
}
TOKEN_VARIABLE = "SCALINGO_API_TOKEN"  # noqa: S105 - its name
GIT_REMOTE = "scalingo"
HINT_SECONDS = 3.0  # a hint is not worth a longer wait


class Base(NamedTuple):
    """The base URL of an API, without `/v1`, and its host, with the port where it has one."""

    url: str
    host: str


class Platform:
    """A Scalingo HTTP API.

    Args:
        find_url: Returns the base URL for apps, without `/v1`; called when it is first needed.
        host: The host that the token is for, which is also its name in the keyring.
        region: The region in force, or None on the legacy API.
        auth_url: The base URL of the authentication API, or None on the legacy API.
        find_database_url: Returns the base URL of the database API, or None on the legacy API.
    """

    def __init__(
        self,
        find_url: Callable[[], str],
        host: str,
        region: str | None = None,
        auth_url: str | None = None,
        find_database_url: Callable[[], str] | None = None,
    ) -> None:
        self.find_url = find_url
        self.host = host
        self.region = region
        self.auth_url = auth_url
        self.find_database_url = find_database_url
        self._url: str | None = None
        self._lock = threading.RLock()

    def __str__(self) -> str:
        """Return its name for messages: its host, the region if any, and the sandbox."""
        name = f"sandbox {self.host}" if in_sandbox() else self.host
        return f"{name}, region {self.region}" if self.region else name

    @property
    def url(self) -> str:
        """The base URL for apps, looked up once. Raises as `find_url` does."""
        with self._lock:
            if self._url is None:
                self._url = self.find_url()
            return self._url

    @property
    def is_regional(self) -> bool:
        """Whether it is the regional platform, and not the legacy API."""
        return self.auth_url is not None


def api_base() -> Base | None:
    """Return the base in `SCALINGO_API_URL`, or None if it is not set."""
    given = os.environ.get("SCALINGO_API_URL")
    return base(given, "SCALINGO_API_URL") if given else None


def api_base_of(region: str) -> Base | None:
    """Return the base in `SCALINGO_API_URL` for a region of the regional platform, if any.

    If `SCALINGO_REGION` is set, the URL is that region's, and not of one selected with --region.
    """
    return api_base() if _is_addressed(region) else None


def _is_addressed(region: str) -> bool:
    """Return whether the addresses in the environment, if any, are those of this region."""
    return region == (os.environ.get("SCALINGO_REGION") or region)


def api_is_of_any_region() -> bool:
    """Return whether `SCALINGO_API_URL` is taken for the API of whichever region is named."""
    return api_base() is not None and not os.environ.get("SCALINGO_REGION")


def auth_is_given() -> bool:
    """Return whether `SCALINGO_AUTH_URL` names the authentication API."""
    return bool(os.environ.get("SCALINGO_AUTH_URL"))


def stay_in_sandbox(url: str) -> None:
    """Raise Misused for an address outside of the sandbox, wherever it came from."""
    from urllib.parse import urlsplit

    host = urlsplit(url).hostname or ""
    if in_sandbox() and not is_loopback(host):
        raise Misused(
            f"This is the sandbox, and the address of {host} leads out of it.",
            "Leave the sandbox, or unset SCALINGO_SANDBOX.",
        )


def in_sandbox() -> bool:
    """Return whether this runs inside `scalingo sandbox`, which sets `SCALINGO_SANDBOX`."""
    return bool(os.environ.get("SCALINGO_SANDBOX"))


def auth_base() -> Base:
    """Return the authentication API of the platform: `SCALINGO_AUTH_URL`, else the public one."""
    given = os.environ.get("SCALINGO_AUTH_URL")
    return base(given or DEFAULT_AUTH_URL, "SCALINGO_AUTH_URL" if given else "the default address")


def database_base_of(region: str) -> Base | None:
    """Return the database API that `SCALINGO_DB_URL` names for a region, if any.

    As with `api_base_of`, it is that of `SCALINGO_REGION` if that is set.
    """
    given = os.environ.get("SCALINGO_DB_URL")
    return base(given, "SCALINGO_DB_URL") if given and _is_addressed(region) else None


def ssh_host() -> str:
    """Return the SSH host that `SCALINGO_SSH_HOST` names, with its port if any, or nothing."""
    return os.environ.get("SCALINGO_SSH_HOST") or ""


def ssh_program() -> str:
    """Return the program that makes tunnels: `SCALINGO_SSH`, else ssh."""
    return os.environ.get("SCALINGO_SSH") or "ssh"


def ssh_fingerprints() -> frozenset[str]:
    """Return the fingerprints in `SCALINGO_SSH_HOST_KEY`. Raises Misused for an invalid one."""
    given = re.split(r"[,\s]+", os.environ.get("SCALINGO_SSH_HOST_KEY", "").strip())
    found = frozenset(filter(None, given))
    if not all(re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", each) for each in found):
        raise Misused(
            "SCALINGO_SSH_HOST_KEY is not the fingerprint of a host key.",
            "Set it to something like SHA256:vMMyB6vYf+U68JFAcK/vAL6g4DOKGmT/LMwLhzI9+3E.",
        )
    return found


def legacy() -> Platform:
    """Return the platform of the legacy API: `SCALINGO_API_URL`, else the public one."""
    api = api_base() or base(DEFAULT_API_URL, "the default address")
    return Platform(lambda: api.url, api.host)


def base(given: str, name: str) -> Base:
    """Return the base of an API from a URL, with or without `/v1`; `name` is its source.

    Raises Misused for a URL that is invalid, has a password, or would send the token unencrypted
    over a network: plain http is for loopback addresses only.
    """
    from urllib.parse import urlsplit

    example = EXAMPLE_URLS.get(name, DEFAULT_API_URL)
    hint = f"Set it to something like {example}, or unset it."
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise Misused(f"{name} is not a URL.", hint) from None
    host = parts.hostname or ""
    if "@" in parts.netloc:
        raise Misused(f"{name} holds a user name or a password.", hint)
    if (
        parts.scheme not in {"http", "https"}
        or not re.fullmatch(r"[\w.:-]+", host)
        or parts.query
        or parts.fragment
    ):
        raise Misused(f"{name} is not the URL of an API.", hint)
    if parts.scheme == "http" and not is_loopback(host):
        raise Misused(
            f"{name} would send your token to {host} unencrypted.",
            "Use https; plain http is allowed only for a sandbox on this machine.",
        )
    if in_sandbox() and not is_loopback(host):
        raise Misused(
            f"This is the sandbox, and {name} leads out of it, to {host}.",
            "Leave the sandbox, or unset SCALINGO_SANDBOX.",
        )
    path = parts.path.rstrip("/").removesuffix("/v1")
    netloc = bracketed(host) if port is None else f"{bracketed(host)}:{port}"
    return Base(f"{parts.scheme}://{netloc}{path}", netloc)


def bracketed(host: str) -> str:
    """Return a host as it is written before a port: an IPv6 address has brackets."""
    return f"[{host}]" if ":" in host else host


def silence_seconds() -> float:
    """Return how long the platform may be silent: `SCALINGO_TIMEOUT` in seconds, else 60.

    Raises Misused unless it is a positive number.
    """
    return _seconds("SCALINGO_TIMEOUT", "60")


def deadline_seconds() -> float:
    """Return how long a request may take in total, in seconds; raises Misused as above.

    It is `SCALINGO_DEADLINE`, else 300.
    """
    return _seconds("SCALINGO_DEADLINE", "300")


def keyring_seconds() -> float:
    """Return how long the keyring may take, in seconds; raises Misused as above.

    It is `SCALINGO_KEYRING_TIMEOUT`, else 3: a prompt that nobody answers blocks forever.
    """
    return _seconds("SCALINGO_KEYRING_TIMEOUT", "3")


def _seconds(variable: str, usual: str) -> float:
    given = os.environ.get(variable) or usual
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", given) or not float(given):
        raise Misused(f"{variable} is not a number of seconds.", f"Set it to {usual}, or unset it.")
    return float(given)


def ci_host() -> str | None:
    """Return the host of the CI job that this runs in, `github` or `gitlab`, or None.

    `SCALINGO_CI` set to `off` hides it.
    """
    if os.environ.get("SCALINGO_CI") == "off":
        return None
    if os.environ.get("GITHUB_ACTIONS") == "true":
        return "github"
    return "gitlab" if os.environ.get("GITLAB_CI") == "true" else None


def environment_of_helpers() -> dict[str, str]:
    """Return the environment for helper programs, such as git and the pager: without the token."""
    return {name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE}


def config_dir() -> Path:
    """Return the directory of settings: `SCALINGO_CONFIG_DIR`, else the system's usual place."""
    return _given_dir("SCALINGO_CONFIG_DIR") or _usual_dirs().user_config_path


def credentials_file() -> Path:
    """Return the file of accounts and, without a keyring, of their tokens."""
    return config_dir() / "credentials.json"


def cache_dir() -> Path:
    """Return the directory of caches: `SCALINGO_CACHE_DIR`, else the system's usual place."""
    return _given_dir("SCALINGO_CACHE_DIR") or _usual_dirs().user_cache_path


def state_dir() -> Path:
    """Return the directory of journals: `SCALINGO_STATE_DIR`, else the system's usual place."""
    return _given_dir("SCALINGO_STATE_DIR") or _usual_dirs().user_state_path


def _given_dir(variable: str) -> Path | None:
    from pathlib import Path

    given = os.environ.get(variable)
    return Path(given) if given else None


def _usual_dirs() -> PlatformDirsABC:
    from platformdirs import PlatformDirs

    return PlatformDirs("scalingo")


def is_loopback(host: str) -> bool:
    """Return whether `host` (a name or an address, without brackets) is this machine."""
    if host == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
