"""Listings against every way in which pages are known to mislead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scalingo_cli.sandbox import Sandbox
from scalingo_cli.sandbox.http.pagination import SHAPES
from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere


def page(*ids: str, **meta: object) -> dict[str, Any]:
    events = [{"id": event_id, "type": "run"} for event_id in ids]
    return {"events": events, "meta": {"pagination": meta}}


def ids(scalingo: CommandLine, elsewhere: Elsewhere, line: str = "events --all") -> list[str]:
    said = scalingo(line, SCALINGO_API_URL=elsewhere.url)
    assert said.code == 0
    return [record[0] for record in said.lines]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("noun", ["events", "deployments"])
def test_every_shape_of_meta_is_read_to_its_end(
    shape: str, noun: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.paginate(shape)
    app = sandbox.store.app(sandbox.main_app)
    count = {"events": len(app.events), "deployments": len(app.deployments)}[noun]
    said = scalingo(f"{noun} --all --per-page 9 --json")
    assert len({record["id"] for record in said.json[noun]}) == count
    assert len(said.json[noun]) == said.json["meta"]["pagination"]["total_count"] == count
    asked = [int(request.query["page"]) for request in sandbox.requests]
    assert sorted(asked) == list(range(1, -(-count // 9) + 1))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_says_that_there_is_more(
    shape: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    sandbox.paginate(shape)
    count = len(sandbox.store.app(sandbox.main_app).events)
    end = -(-count // 30)
    first, last, beyond = (scalingo(f"events --page {number}") for number in (1, end, end + 1))
    assert first.stderr == f"Page 1 of {end}, {count} in total. For more: --page 2, --all.\n"
    assert last.stderr == ""
    assert beyond.stderr == f"Page {end + 1} does not exist; the last page is {end}.\n"


def test_records_that_move_to_the_next_page_come_once(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(page("d", "c", total_pages=2))
    elsewhere.will_answer(page("c", "b", total_pages=3))  # e came in meanwhile
    elsewhere.will_answer(page("a", total_pages=3))
    assert ids(scalingo, elsewhere) == ["d", "c", "b", "a"]


def test_a_page_of_known_records_alone_is_not_the_end(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(page("b", total_pages=2))
    elsewhere.will_answer(page("b", total_pages=3))
    elsewhere.will_answer(page("a", total_pages=3))
    assert ids(scalingo, elsewhere) == ["b", "a"]


def test_without_a_count_the_end_is_a_page_with_nothing_new(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(page("b", next_page=2))
    elsewhere.will_answer(page("a", next_page=3))  # and so on for ever
    assert ids(scalingo, elsewhere) == ["b", "a"]
    assert len(elsewhere.seen) == 3


@pytest.mark.parametrize("meta", [None, [], {"pagination": None}, {"total_pages": "many"}])
def test_a_meta_that_says_nothing(
    meta: object, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({**page("b", "a"), "meta": meta})
    assert ids(scalingo, elsewhere) == ["b", "a"]
    assert ids(scalingo, elsewhere, "events") == ["b", "a"]


def test_an_empty_page_is_the_end_whatever_the_count(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(page("a", total_pages=1_000_000))
    elsewhere.will_answer(page(total_pages=1_000_000))
    assert ids(scalingo, elsewhere) == ["a"]


def test_what_stands_beside_the_records_is_kept(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer({**page("a", total_pages=1), "region": "osc-fr1"})
    said = scalingo("events --all --json", SCALINGO_API_URL=elsewhere.url)
    assert said.json["region"] == "osc-fr1"


def test_a_busy_platform_is_asked_again_for_the_next_page(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(page("b", total_pages=2))
    elsewhere.will_answer(b"Retry later", 429, Retry_After="0")
    elsewhere.will_answer(b"Not now", 503, Retry_After="0")
    elsewhere.will_answer(page("a", total_pages=2))
    assert ids(scalingo, elsewhere) == ["b", "a"]


def test_a_listing_that_is_interrupted(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(page("b", total_pages=2))
    elsewhere.will_answer(b"Retry later", 429, Retry_After="0")
    said = scalingo("events --all", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout.split("\t")[0]) == (6, "b")  # what came is there
    # No reader of JSON takes a document without its end for a whole one.
    said = scalingo("events --all --json", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.error["status"]) == (6, 429)
    with pytest.raises(json.JSONDecodeError):
        json.loads(said.stdout)
    # With a limit, nothing is written before all of it is there.
    said = scalingo("events --limit 2 --json", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, said.stdout, said.error["status"]) == (6, "", 429)


def test_a_refused_page_is_not_asked_for_again(scalingo: CommandLine, elsewhere: Elsewhere) -> None:
    elsewhere.will_answer(page("b", total_pages=2))
    elsewhere.will_answer({"error": "no"}, 403)
    assert scalingo("events --all", SCALINGO_API_URL=elsewhere.url).code == 4
    assert len(elsewhere.seen) == 2


def test_no_more_pages_are_asked_for_than_a_limit_needs(
    scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    elsewhere.will_answer(page("b", "a", current_page=1, next_page=2))  # no count of pages
    assert ids(scalingo, elsewhere, "events --limit 2") == ["b", "a"]
    assert len(elsewhere.seen) == 1
