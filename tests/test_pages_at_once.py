"""Pages that are asked for at the same time while records come in, and go."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.command_line import CommandLine
from tests.fake_servers import Elsewhere, Quiet, served

pytestmark = pytest.mark.legacy  # pages are the same on both

SIZE = 3


class Collection:
    """A paginated collection that changes at a given moment of its being read.

    `later` has what the collection is when a page is asked for the nth time; before, it is
    `records`. Newest first.
    """

    def __init__(self, records: str) -> None:
        self.records = records
        self.later: dict[tuple[int, int], str] = {}
        self.asked: Counter[int] = Counter()

    def page(self, number: int) -> dict[str, object]:
        self.asked[number] += 1
        records = self.later.get((number, self.asked[number]), self.records)
        shown = records[(number - 1) * SIZE : number * SIZE]
        pages = -(-len(records) // SIZE)
        told = {"current_page": number, "total_pages": pages, "total_count": len(records)}
        return {"events": [{"id": each} for each in shown], "meta": {"pagination": told}}


@pytest.fixture
def collection() -> Collection:
    return Collection("jihgfedcba")


@pytest.fixture
def url(collection: Collection) -> Iterator[str]:
    class Handler(Quiet):
        def do_GET(self) -> None:  # noqa: N802 - so called
            [number] = parse_qs(urlsplit(self.path).query)["page"]
            body = json.dumps(collection.page(int(number))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with served(Handler) as address:
        yield address


def listed(scalingo: CommandLine, url: str, options: str = "--all") -> str:
    said = scalingo(f"events {options} --per-page {SIZE} --json", SCALINGO_API_URL=url)
    assert said.code == 0
    assert said.json["meta"]["pagination"]["total_count"] == len(said.json["events"])
    return "".join(event["id"] for event in said.json["events"])


def test_each_page_is_asked_for_once(
    scalingo: CommandLine, url: str, collection: Collection
) -> None:
    assert listed(scalingo, url) == "jihgfedcba"
    assert collection.asked == dict.fromkeys([1, 2, 3, 4], 1)


def test_a_limit_asks_for_no_page_too_many(
    scalingo: CommandLine, url: str, collection: Collection
) -> None:
    assert listed(scalingo, url, "--limit 7") == "jihgfed"
    assert collection.asked == dict.fromkeys([1, 2, 3], 1)


@pytest.mark.parametrize("new", ["K", "LK", "NMLK", "RQPONMLK"])
@pytest.mark.parametrize("page", [2, 3, 4])
def test_what_comes_in_moves_the_rest_to_the_next_page(
    new: str, page: int, scalingo: CommandLine, url: str, collection: Collection
) -> None:
    # This page is answered after the news came, all others before: the next one came too early.
    for number in range(page, 9):
        for time in (1, 2):
            if number == page or time == 2 or number > 4:
                collection.later[number, time] = new + collection.records
    assert listed(scalingo, url) == "jihgfedcba"
    if page < 4:
        assert collection.asked[page + 1] == 2


def test_what_goes_moves_the_rest_to_the_page_before(
    scalingo: CommandLine, url: str, collection: Collection
) -> None:
    for number in range(1, 5):
        for time in (1, 2, 3):
            if (number, time) not in {(1, 1), (2, 1)}:
                collection.later[number, time] = "jihfedcba"  # g is gone, which was read before
    assert listed(scalingo, url).replace("g", "") == "jihfedcba"


def test_a_collection_that_keeps_its_newest_records_brings_none_twice(
    scalingo: CommandLine, collection: Collection, url: str
) -> None:
    collection.later = {(2, 1): "kjihgfedcb", (3, 1): "lkjihgfedc", (4, 1): "mlkjihgfed"}
    said = scalingo("events --all --json", SCALINGO_API_URL=url)
    ids = [event["id"] for event in said.json["events"]]
    assert (said.code, ids) == (0, list("jihgfed"))


@pytest.mark.parametrize("claimed", [10**9, 40], ids=["far too many pages", "some more"])
def test_a_platform_that_ignores_the_page_is_not_asked_for_ever(
    claimed: int, scalingo: CommandLine, elsewhere: Elsewhere
) -> None:
    meta = {"current_page": 1, "total_pages": claimed, "total_count": claimed * 2}
    records = [{"id": "a"}, {"id": "b"}]
    elsewhere.will_answer({"events": records, "meta": {"pagination": meta}})
    said = scalingo("events --all", SCALINGO_API_URL=elsewhere.url)
    assert (said.code, [line[0] for line in said.lines]) == (0, ["a", "b"])
    assert len(elsewhere.seen) < 30
