"""What following logs rests on: events out of bytes cut anywhere, and what of a dump is new."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalingo_cli.api.sse import LARGEST_BYTES, EventStream
from scalingo_cli.commands.logs.lines import LONGEST_BYTES, PALETTE, colour, lines
from scalingo_cli.commands.logs.stream import Marks, _Overlap, unseen
from scalingo_cli.errors import Failed

Event = tuple[bytes, bytes]

NAMES = st.sampled_from([b"", b"log", b"ping"])
DATA = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1)


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[Event], bytes]:
    """Some events, and a way to frame them."""
    events = draw(st.lists(st.tuples(NAMES, DATA.map(str.encode))))
    end = draw(st.sampled_from([b"\n", b"\r\n", b"\r"]))
    sent = b""
    for name, data in events:
        fields = [b"event: " + name] if name else []
        fields += [b"data: " + part for part in data.split(b"\n")]
        fields += draw(st.lists(st.sampled_from([b": hm", b"id: 7", b"retry: 9", b"colour"])))
        sent += b"".join(field + end for field in [*fields, b""])
    return events, sent


def received(chunks: list[bytes]) -> list[Event]:
    stream = EventStream()
    return [event for chunk in chunks if chunk for event in stream.feed(chunk)]


def pieces(whole: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, *(cut % (len(whole) + 1) for cut in cuts), len(whole)})
    return [whole[start:end] for start, end in pairwise(places)]


@settings(deadline=None)
@given(streams(), st.lists(st.integers(0)))
def test_events_arrive_whole_wherever_the_bytes_are_cut(
    stream: tuple[list[Event], bytes], cuts: list[int]
) -> None:
    events, sent = stream
    assert received(pieces(sent, cuts)) == events


@settings(deadline=None)
@given(streams(), st.integers(0))
def test_a_stream_that_is_cut_gives_no_half_event(
    stream: tuple[list[Event], bytes], cut: int
) -> None:
    events, sent = stream
    got = received([sent[: cut % (len(sent) + 1)]])
    assert got == events[: len(got)]


def test_the_framing_of_the_standard() -> None:
    sent = b"data:no space\ndata\ndata:  two\n\n: comment\n\nevent: ping\n\ndata: x\n"
    assert received([sent]) == [(b"", b"no space\n\n two")]


@settings(deadline=None)
@given(st.binary(), st.lists(st.integers(0)))
def test_lines_arrive_whole_wherever_the_bytes_are_cut(whole: bytes, cuts: list[int]) -> None:
    got = [line for batch in lines(pieces(whole, cuts)) for line in batch]
    assert got == whole.removesuffix(b"\n").split(b"\n")[: len(got)]
    assert len(got) == whole.count(b"\n") + (not whole.endswith(b"\n") and whole != b"")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], int, int]:
    """The marks of all lines, where what was passed on ends, and where the dump begins before.

    Equal lines stand together, as lines of one moment do; the dump begins with a whole group.
    """
    sizes = draw(st.lists(st.integers(1, 4), min_size=2))
    marks = [mark for mark, size in enumerate(sizes) for _ in range(size)]
    passed = draw(st.integers(1, len(marks)))
    group = draw(st.integers(0, marks[passed - 1]))
    return marks, passed, marks.index(group)


@settings(deadline=None)
@given(histories(), st.integers(4, 20))
def test_what_is_new_in_a_dump(history: tuple[list[int], int, int], remembered: int) -> None:
    marks, passed, start = history
    before = marks[:passed][-remembered:]
    assert unseen(before, marks[start:]) == list(range(passed - start, len(marks) - start))


@settings(deadline=None)
@given(histories(), st.integers(0))
def test_what_is_new_in_a_dump_of_another_order(
    history: tuple[list[int], int, int], seed: int
) -> None:
    marks, passed, start = history
    before = marks[:passed]
    random.Random(seed).shuffle(before)  # noqa: S311 - any order
    assert unseen(before, marks[start:]) == list(range(passed - start, len(marks) - start))


def test_a_dump_that_does_not_reach_back() -> None:
    assert unseen([1, 2, 3], [5, 6]) is None
    assert unseen([1, 2, 3], []) is None
    assert unseen([], [5, 6]) is None


def test_an_event_without_an_end_fails_before_it_fills_memory() -> None:
    stream = EventStream()
    for _ in range(LARGEST_BYTES // 65536):
        assert list(stream.feed(b"x" * 65536)) == []
    with pytest.raises(Failed, match="an event of over 16 MiB"):
        list(stream.feed(b"x"))


def test_comments_without_an_end_to_them_are_no_event() -> None:
    stream = EventStream()
    for _ in range(2 * LARGEST_BYTES // 65536):
        assert list(stream.feed(b":" + b" " * 65534 + b"\n")) == []


def test_a_line_without_an_end_comes_in_pieces() -> None:
    piece = b"x" * 65536
    got = [line for batch in lines([piece] * 40) for line in batch]
    assert b"".join(got) == piece * 40
    assert max(map(len, got)) <= LONGEST_BYTES + len(piece)


def test_the_colour_of_a_container_depends_on_its_name_alone() -> None:
    web = [colour(b"web-%d" % number) for number in range(1, len(PALETTE) + 1)]
    assert sorted(web) == sorted(PALETTE)
    assert colour(b"web-1") == colour(b"web-%d" % (len(PALETTE) + 1))
    assert {colour(name) for name in (b"", b"-", b"odd", b"web-" + b"9" * 5000)} <= {*PALETTE}


HEAD = b"2026-01-01 00:00:0%d.5 +0000 UTC [web-1] "
ENTRIES = [
    HEAD % 1 + b"first",
    HEAD % 2 + b"{",
    b"  a",
    b"}",
    HEAD % 3 + b"{",
    b"  a",
    b"}",
    HEAD % 4,
]


@pytest.mark.parametrize("dumped", range(len(ENTRIES) + 1))
@pytest.mark.parametrize("opened", range(len(ENTRIES) + 1))
def test_an_entry_may_be_split_between_a_dump_and_the_stream(opened: int, dumped: int) -> None:
    """The stream is opened after so many lines, and the dump that follows ends after others."""
    if dumped < opened:
        return
    mark = Marks()
    before = [mark.line(line) for line in ENTRIES[:dumped]]
    overlap = _Overlap(before, mark.entry)
    new = [line for text in ENTRIES[opened:] for line in overlap.new(text)]
    whole = Marks()
    assert new == [whole.line(text) for text in ENTRIES][dumped:]
