"""Tables at a terminal look as Rich draws them, and appear while they arrive."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scalingo_cli.console import table
from scalingo_cli.console.terminal import Terminal
from scalingo_cli.console.view import Column, number, resolved, status
from scalingo_cli.text.escape import visible
from tests.relays import CHUNK, copy, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scalingo_cli.sandbox import Sandbox
    from tests.command_line import CommandLine

COLUMNS: list[dict[str, str | Column]] = [
    {"Name": "name", "Status": status("status"), "Amount": number("amount"), "ID": "id"},
    {
        "Name": "name",
        "Number of things": number("amount"),
        "Command": "text",
        "S": status("status"),
    },
    {"ID": "id", "N": number("amount")},
    {"Name": "text"},
]
PIECES = [
    *("a", "b ", " ", "-", "x" * 30, "foo bar", "[red]", "[/]", "\\", "\t", "\n", "\x1b[2J"),
    *("é", "e\u0301", "\u0300", "日本", "한", "\u3000", "\xa0", "ﷺ", "\u0e33", "👍🏽", "🇫🇷"),
    *("❤️", "👨\u200d👩\u200d👧", "\u200d", "\u202e"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
RECORDS = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "status": st.sampled_from(["running", "crashed", "new", ""]) | TEXTS,
        "amount": st.none() | st.integers() | TEXTS,
        "text": TEXTS,
        "id": TEXTS,
    }
)


def by_rich(
    records: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str | Column],
    room: int,
    paint: bool,
) -> str:
    """The table that Rich draws of these records, with columns as wide as ours."""
    ids = [title for title, column in columns.items() if column == "id"]
    titles = [*(title for title in columns if title not in ids), *ids]
    fields = [resolved(columns[title]) for title in titles]
    rows = [[visible((field.shown or field.text)(each)) for field in fields] for each in records]
    cells = list(zip(*rows, strict=True))
    wanted = [max(map(cell_len, [title, *own])) for title, own in zip(titles, cells, strict=True)]
    words = [
        0 if title in ids else max(cell_len(word) for cell in own for word in [*cell.split(), ""])
        for title, own in zip(titles, cells, strict=True)
    ]
    gap, widths = table.fitted(wanted, room, lambda: words)
    grid = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, gap - 1),
        collapse_padding=True,
        pad_edge=False,
        show_edge=False,
        header_style="none",
    )
    for title, field, width in zip(titles, fields, widths, strict=False):
        grid.add_column(
            Text(title, style="bold"),
            width=width,
            justify="right" if field.right else "left",
            overflow="crop" if title in ids else "fold",
            no_wrap=title in ids,
        )
    for record, row in zip(records, rows, strict=True):
        styles = [(field.colour and field.colour(record)) or "" for field in fields]
        shown = [Text(cell, style=style) for cell, style in zip(row, styles, strict=True)]
        grid.add_row(*shown[: len(widths)])
    file = io.StringIO()
    console = Console(
        file=file,
        width=room,
        force_terminal=paint,
        color_system="standard" if paint else None,
        no_color=not paint,
        legacy_windows=False,
        _environ={},
    )
    console.print(grid)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


@settings(deadline=None)
@given(
    st.lists(RECORDS, min_size=1, max_size=5),
    st.sampled_from(COLUMNS),
    st.sampled_from([20, 40, 60, 80, 200]),
    st.booleans(),
)
def test_a_table_looks_as_rich_draws_it(
    records: list[dict[str, Any]], columns: dict[str, str | Column], room: int, paint: bool
) -> None:
    environment = {"CLICOLOR_FORCE": "1"} if paint else {"NO_COLOR": "1"}
    with mock.patch.dict("os.environ", environment):
        drawn, _ = table.table(records, columns, Terminal(room, 24, interactive=False))
    assert drawn == by_rich(records, columns, room, paint)


@settings(deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=3), st.sampled_from(COLUMNS), st.integers(12, 100))
def test_a_whole_table_shows_every_column_and_fits(
    records: list[dict[str, Any]], columns: dict[str, str | Column], room: int
) -> None:
    terminal = Terminal(room, 24, interactive=False)
    with mock.patch.dict("os.environ", NO_COLOR="1"):
        pieces, left_out = table.drawn([records], columns, terminal, whole=True)
    assert not left_out
    assert max(map(cell_len, "".join(pieces).splitlines())) <= room


def test_a_later_page_keeps_the_columns_of_the_first() -> None:
    pages = [[], [{"name": "one"}], [], [{"name": "two three"}]]
    pieces, _ = table.drawn(pages, {"Name": "name", "Kind": "kind"}, Terminal(80, 24, False))
    assert next(pieces).splitlines()[2:] == ["one"]
    assert "".join(pieces).splitlines() == ["two", "thre", "e"]


@pytest.mark.parametrize("width", ["", "80"])
def test_a_listing_without_records_is_no_table(width: str, scalingo: CommandLine) -> None:
    said = scalingo("events --all --type rename_app --app pinecrate-api", SCALINGO_FORCE_TTY=width)
    assert (said.code, said.stdout) == (0, "")
    assert said.stderr


@contextlib.contextmanager
def pages_pass(sandbox: Sandbox, when: Callable[[int], bool]) -> Iterator[str]:
    """A way to the sandbox, which has 20 pages of events; `when` waits until one may pass.

    The connection of one that may not is closed.
    """
    own = len(sandbox.store.app(sandbox.main_app).events)
    sandbox.add_many_events(sandbox.main_app, 1950 - own)
    inner = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))

    def serve(visitor: socket.socket) -> None:
        with socket.create_connection(inner) as inside:
            answers = threading.Thread(target=copy, args=[inside, visitor])
            answers.start()
            while data := visitor.recv(CHUNK):
                if not when(int(data.partition(b"?page=")[2].partition(b"&")[0])):
                    break
                inside.sendall(data)
            inside.shutdown(socket.SHUT_RDWR)
            answers.join()

    with listening(serve) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("pager", ["sed -u s/^/paged:/", ""])
def test_rows_are_on_the_screen_before_the_last_page_is_asked_for(
    pager: str, scalingo: CommandLine, sandbox: Sandbox
) -> None:
    asked: list[int] = []
    seen = threading.Event()

    def when(page: int) -> bool:
        asked.append(page)
        return page == 1 or seen.wait(20)

    with pages_pass(sandbox, when) as url:
        terminal = scalingo.terminal("events --all", SCALINGO_API_URL=url, PAGER=pager)
        terminal.expect("paged:.*\n.*paged:" if pager else "ago.*\n")
        assert 20 not in asked
        seen.set()
        rest = terminal.read()
    assert sorted(asked) == list(range(1, 21))
    assert rest.count("\n") > 1900


def test_the_pager_shows_what_came_before_an_error(scalingo: CommandLine, sandbox: Sandbox) -> None:
    with pages_pass(sandbox, lambda page: page < 3) as url:
        terminal = scalingo.terminal(
            "events --all --no-retry", SCALINGO_API_URL=url, PAGER="sed s/^/paged:/"
        )
        shown = terminal.read()
    assert shown.count("paged:") > 200
    assert shown.rindex("paged:") < shown.index("Error: ")
    terminal.wait()
    assert terminal.exitstatus == 6
