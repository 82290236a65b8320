"""What the platform or a proxy may answer instead of what was asked, and what the user reads.

tests/test_refusals.py runs every command against each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine

BILLING = "https://dashboard.scalingo.example/billing"
PAGE = "<!DOCTYPE html><title>Not here</title>"


@dataclass(frozen=True)
class Refusal:
    """A fault of the sandbox, the exit code that it leads to, and words of the message or hint."""

    kind: str
    code: int
    says: str
    details: dict[str, str | None] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.says}"

    @property
    def breaks_the_body(self) -> bool:
        """Whether the answer is a success whose body cannot be read."""
        return self.kind in {"cut_body", "html", "garbage"}

    @property
    def status(self) -> int | None:
        return int(self.kind) if self.kind.isdigit() else None


REFUSALS = [
    Refusal("400", 5, "rejected the request: fault 400"),
    Refusal("401", 4, "The platform refused"),
    Refusal("402", 5, f"See {BILLING}", {"body": f'{{"error": "Pay first", "url": "{BILLING}"}}'}),
    Refusal("403", 4, "not allowed to do this: fault 403"),
    Refusal("404", 3, "No such moon", {"body": '{"resource": "moon", "error": "not found"}'}),
    Refusal("404", 3, "Nothing found", {"body": PAGE, "content_type": "text/html"}),
    Refusal("409", 5, "rejected the request: fault 409"),
    Refusal(
        "422",
        5,
        "name is odd; name is long",
        {"body": '{"errors": {"name": ["is odd", "is long"]}}'},
    ),
    Refusal("422", 5, "web size is odd", {"body": '{"errors": {"web": {"size": ["is odd"]}}}'}),
    Refusal("429", 6, "Try again in a minute.", {"retry_after": None}),
    Refusal("429", 6, "Try again in 7 seconds.", {"retry_after": "7"}),
    Refusal("500", 6, "returned an error (500: Something went wrong on our side)"),
    Refusal("502", 6, "returned an error (502)"),
    Refusal("503", 6, "returned an error (503)"),
    Refusal("cut", 6, "was lost before the response was complete"),
    Refusal("cut_body", 6, "was lost before the response was complete"),
    Refusal("html", 1, "not the JSON that the API documents (text/html)"),
    Refusal("garbage", 1, "not the JSON that the API documents (application/json)"),
]


def refuse(sandbox: Sandbox, refusal: Refusal, **where: str) -> None:
    """Let the sandbox answer so from now on, or to some requests only."""
    sandbox.clear_faults()
    sandbox.clear_requests()
    sandbox.fail_next(refusal.kind, times=99, **refusal.details, **where)


def assert_refused(
    scalingo: CommandLine,
    sandbox: Sandbox,
    line: str,
    refusal: Refusal,
    stdin: str = "",
    **where: str,
) -> None:
    """Run `line` against the refusal, with and without --json; the first is taken for an answer."""
    scalingo = scalingo.where(SCALINGO_NO_RETRY="1")
    refuse(sandbox, refusal, **where)
    said = scalingo(line, stdin=stdin)
    assert (said.code, said.stdout) == (refusal.code, ""), refusal
    assert said.stderr.startswith("Error: ")
    assert refusal.says in said.stderr
    json = scalingo(f"{line} --json", stdin=stdin)
    assert (json.code, json.stdout) == (refusal.code, ""), refusal
    assert json.error["code"] == refusal.code
    assert json.error["status"] == refusal.status
    assert refusal.says in f"{json.error['message']} {json.error['hint']}"
    if refusal.status:
        assert json.error["request_id"]
