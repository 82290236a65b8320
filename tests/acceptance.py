"""The main job on the real platform, for whoever has an account: `make acceptance`.

It makes an app with a random name, goes through the job, deletes what it made, and prints where
the answers differ from the sandbox's: statuses, keys, types; if it is interrupted, as far as it
got. With `--record` it keeps the answers, all values replaced, in tests/sandbox/recorded, where the
tests of the sandbox compare them from then on.

    SCALINGO_ACCEPTANCE_TOKEN     an API token; without it nothing is done
    SCALINGO_ACCEPTANCE_REGION    the region, osc-fr1 unless set
    SCALINGO_ACCEPTANCE_AUTH_URL  where to sign in, the platform unless set
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests

from scalingo_cli.sandbox import Sandbox

RECORDED = Path(__file__).parent / "sandbox" / "recorded"
FILES = {
    "Procfile": "web: python3 -m http.server $PORT\n",
    "requirements.txt": "",
    "index.html": "<h1>an acceptance run</h1>\n",
}
# Values that say nothing about an account, and that clients depend on.
KEPT = {"status", "type", "state", "size", "region", "web"}
_DATE = re.compile(r"\d{4}-\d\d-\d\dT.*")


@dataclass(frozen=True)
class Answer:
    """What one step led to: an HTTP status and a body, or an exit code."""

    step: str
    status: int
    body: Any = None


class Platform:
    """A platform that a token opens: over HTTP, and with this client."""

    def __init__(self, token: str, auth_url: str, region: str) -> None:
        self._http = requests.Session()
        exchange = f"{auth_url}/v1/tokens/exchange"
        answer = self._http.post(exchange, auth=("", token), timeout=60)
        answer.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        listed = self._http.get(f"{auth_url}/v1/regions", timeout=60).json()["regions"]
        self._api = next(row["api"] for row in listed if row["name"] == region).rstrip("/")
        own = {"SCALINGO_API_TOKEN": token, "SCALINGO_REGION": region}
        others = {name: value for name, value in os.environ.items() if "SCALINGO" not in name}
        self._environment = {**others, **own, "SCALINGO_AUTH_URL": auth_url}

    def ask(self, step: str, method: str, path: str, body: Any = None) -> Answer:
        """Send one request of the API of apps."""
        url = f"{self._api.removesuffix('/v1')}/v1/{path}"
        answer = self._http.request(method, url, json=body, timeout=60)
        kind = answer.headers.get("Content-Type", "")
        return Answer(step, answer.status_code, answer.json() if "json" in kind else None)

    def run(self, step: str, *words: str) -> Answer:
        """Run this client to its end."""
        command = [sys.executable, "-m", "scalingo_cli", *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, check=False)
        return Answer(step, done.returncode)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


@contextmanager
def made(platform: Platform, name: str) -> Iterator[Answer]:
    """An app that is deleted whatever happens."""
    try:
        yield platform.ask("create", "POST", "apps", {"app": {"name": name}})
    finally:
        platform.ask("delete", "DELETE", f"apps/{name}?current_name={name}")


def main_job(platform: Platform) -> Generator[Answer]:
    """Go through the main job, and yield what each step led to."""
    name = f"acceptance-{secrets.token_hex(5)}"
    app = f"apps/{name}"
    with made(platform, name) as created, tempfile.TemporaryDirectory() as folder:
        yield created
        if created.status != 201:
            return
        for file, text in FILES.items():
            Path(folder, file).write_text(text)
        yield platform.ask("show", "GET", app)
        rows = [{"name": "GREETING", "value": "hello"}]
        yield platform.ask("set-variables", "PUT", f"{app}/variables", {"variables": rows})
        yield platform.ask("variables", "GET", f"{app}/variables")
        yield platform.run("deploy", "deploy", folder, "--app", name, "--ref", "v1", "--follow")
        yield platform.ask("deployments", "GET", f"{app}/deployments?per_page=2")
        yield platform.run("scale", "scale", "web:1", "--app", name, "--wait")
        yield platform.ask("containers", "GET", f"{app}/containers")
        yield platform.run("restart", "restart", "--app", name, "--wait")
        yield platform.ask("logs-url", "GET", f"{app}/logs")
        yield platform.run("logs", "logs", "--app", name)
        yield platform.run("run", "run", "--app", name, "exit 7")
        for page in (1, 2):
            path = f"{app}/events?page={page}&per_page=2"
            yield platform.ask(f"events-{page}", "GET", path)
        domain = {"domain": {"name": f"{name}.example.com"}}
        added = platform.ask("add-domain", "POST", f"{app}/domains", domain)
        yield added
        if added.status == 201:
            path = f"{app}/domains/{added.body['domain']['id']}"
            yield platform.ask("remove-domain", "DELETE", path)
        guest = {"collaborator": {"email": f"{name}@example.com"}}
        invited = platform.ask("invite", "POST", f"{app}/collaborators", guest)
        yield invited
        if invited.status == 201:
            path = f"{app}/collaborators/{invited.body['collaborator']['id']}"
            yield platform.ask("remove-collaborator", "DELETE", path)
        yield platform.ask("missing", "GET", f"{app}/domains/none")


def anonymous(value: Any, name: str = "") -> Any:
    """Return a body with the same keys and types, and with no value that is anybody's own."""
    if isinstance(value, dict):
        return {key: anonymous(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [anonymous(each, name) for each in value]
    if isinstance(value, str) and name not in KEPT:
        return "2000-01-01T00:00:00.000Z" if _DATE.fullmatch(value) else "text"
    return value


def differences(theirs: Answer, ours: Answer) -> list[str]:
    """Say where two answers to a step differ: in status, keys or types."""
    found = []
    if theirs.status != ours.status:
        found.append(f"{theirs.step}: {theirs.status}, the sandbox {ours.status}")
    return found + [f"{theirs.step}: {each}" for each in _shapes(theirs.body, ours.body, "")]


def _shapes(theirs: Any, ours: Any, place: str) -> Iterator[str]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted(theirs.keys() | ours.keys()):
            here = f"{place}.{key}"
            if key not in ours:
                yield f"{here} is missing in the sandbox"
            elif key not in theirs:
                yield f"{here} is in the sandbox only"
            else:
                yield from _shapes(theirs[key], ours[key], here)
    elif isinstance(theirs, list) and isinstance(ours, list):
        if theirs and ours:
            yield from _shapes(theirs[0], ours[0], f"{place}[]")
    elif None not in (theirs, ours) and type(theirs) is not type(ours):
        yield f"{place} is {type(theirs).__name__}, in the sandbox {type(ours).__name__}"


def of_the_sandbox() -> list[Answer]:
    """Return what the main job leads to on a sandbox."""
    with Sandbox(operation_seconds=0.1) as sandbox:
        platform = Platform(sandbox.token, str(sandbox.auth_url), sandbox.region)
        answers = list(main_job(platform))
        platform.close()
    return answers


def record(answers: list[Answer], folder: Path) -> None:
    """Keep answers, a file for each step."""
    folder.mkdir(exist_ok=True)
    for answer in answers:
        kept = asdict(answer) | {"body": anonymous(answer.body)}
        text = json.dumps(kept, indent=2, ensure_ascii=False)
        (folder / f"{answer.step}.json").write_text(f"{text}\n")


def recorded(folder: Path) -> list[Answer]:
    """Return the answers that were kept."""
    return [Answer(**json.loads(file.read_text())) for file in sorted(folder.glob("*.json"))]


def compared(theirs: list[Answer], ours: list[Answer]) -> list[str]:
    """Say where the answers of a platform differ from the sandbox's."""
    own = {answer.step: answer for answer in ours}
    found = []
    for answer in theirs:
        same = own.get(answer.step)
        found += differences(answer, same) if same else [f"{answer.step}: not on the sandbox"]
    return found


def main(folder: Path | None) -> int:
    """Run it; return the exit code: 1 if it stopped or something differs, 2 without a token."""
    token = os.environ.get("SCALINGO_ACCEPTANCE_TOKEN")
    if not token:
        sys.stderr.write("Set SCALINGO_ACCEPTANCE_TOKEN: this makes an app on the platform.\n")
        return 2
    region = os.environ.get("SCALINGO_ACCEPTANCE_REGION") or "osc-fr1"
    auth_url = os.environ.get("SCALINGO_ACCEPTANCE_AUTH_URL") or "https://auth.scalingo.com"
    platform = Platform(token, auth_url, region)
    answers: list[Answer] = []
    with closing(platform), closing(main_job(platform)) as steps:
        stopped = collected(steps, answers)
    if folder:
        record(answers, folder)
    found = compared(answers, of_the_sandbox())
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found or stopped else 0


def collected(steps: Iterator[Answer], answers: list[Answer]) -> bool:
    """Append what each step led to; return whether it stopped early: what came is compared."""
    try:
        for answer in steps:
            answers.append(answer)
            sys.stderr.write(f"{answer.step}: {answer.status}\n")
    except (KeyboardInterrupt, requests.RequestException) as error:
        sys.stderr.write(f"Stopped after {len(answers)} steps: {type(error).__name__} {error}\n")
        return True
    return False


if __name__ == "__main__":
    sys.exit(main(RECORDED if "--record" in sys.argv[1:] else None))
