"""A list at a terminal, narrowed by typing, from which a person chooses one line.

By hand: prompt_toolkit costs more to start than the rest of this client, and smaller libraries
run `tput` for each capability, read what is typed as a regular expression, or write to stdout.
"""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import termios
import tty
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli.console.terminal import coloured, terminal_of
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

ROWS = 10  # of the list that are shown at once
ESCAPE_SECONDS = 0.1  # in which the rest of a key's sequence arrives
RESIZE_SECONDS = 0.2  # after which a different size is noticed
SEQUENCE = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[ -~]"  # what a special key sends
BEGUN = r"\x1b(?:\[[0-?]*[ -/]*|O)?"  # the beginning of one, or Esc
KEYS = {
    "\x1b[A": "up",
    "\x1bOA": "up",
    "\x10": "up",
    "\x1b[B": "down",
    "\x1bOB": "down",
    "\x0e": "down",
    "\t": "down",
    "\x1b[5~": "page up",
    "\x1b[6~": "page down",
    "\x1b[H": "first",
    "\x1bOH": "first",
    "\x1b[1~": "first",
    "\x1b[F": "last",
    "\x1bOF": "last",
    "\x1b[4~": "last",
    "\r": "enter",
    "\n": "enter",
    "\x7f": "back",
    "\x08": "back",
    "\x15": "clear",
    "\x17": "clear",
    "\x1b": "leave",
    "\x03": "interrupt",
    "\x04": "interrupt",
}


class Choice(NamedTuple):
    """One line: a name, and what is shown after it."""

    name: str
    about: str = ""


def choose(title: str, choices: Sequence[Choice], stderr: TextIO) -> str | None:
    """Return the name that the user chooses, or None after Esc.

    The keys come from stdin, which must be a terminal as well as `stderr`; the list is drawn there
    and erased at the end. Raises KeyboardInterrupt for Ctrl-C, Ctrl-D, and an input that ends.
    """
    menu = Menu(title, choices)
    size = None
    with _keys() as next_key:
        try:
            while True:
                now = terminal_of(stderr)
                if now != size or menu.is_changed:
                    size = now
                    columns, rows = (now.columns, now.rows) if now else (80, 24)
                    stderr.write(menu.picture(columns, rows, bold=coloured(now)))
                    stderr.flush()
                key = next_key(RESIZE_SECONDS)
                match KEYS.get(key, key):
                    case "enter":
                        if menu.found:
                            return menu.found[menu.position].name
                    case "leave":
                        return None
                    case "interrupt":
                        raise KeyboardInterrupt
                    case known:
                        menu.press(known)
        finally:
            with suppress(OSError):  # it hung up
                stderr.write("\r\x1b[J")
                stderr.flush()


class Menu:
    """The state of a list: what was typed, the choices that contain it, the position among them."""

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        self._title = title
        self._choices = [Choice(each.name, visible(each.about)) for each in choices]
        self._typed = ""
        self._top = 0
        self._page = ROWS
        self.found = self._choices
        self.position = 0
        self.is_changed = True

    def press(self, key: str) -> None:
        """Move, or narrow the list by what was typed; unknown keys do nothing."""
        steps = {"up": -1, "down": 1, "page up": -self._page, "page down": self._page}
        ends = {"first": 0, "last": len(self.found) - 1}
        self.is_changed = True
        if key in steps or key in ends:
            wanted = ends.get(key, self.position + steps.get(key, 0))
            self.position = max(min(wanted, len(self.found) - 1), 0)
        elif key in {"back", "clear"}:
            self._narrow(self._typed[:-1] if key == "back" else "")
        elif key and key.isprintable():
            self._narrow(self._typed + key)
        else:
            self.is_changed = False

    def _narrow(self, typed: str) -> None:
        """Keep the choices whose name contains each word; those that begin like it come first."""
        words = typed.casefold().split()
        self._typed, self.position, self._top = typed, 0, 0
        found = [
            each for each in self._choices if all(word in each.name.casefold() for word in words)
        ]
        first = words[0] if words else ""
        self.found = sorted(found, key=lambda each: not each.name.casefold().startswith(first))

    def picture(self, columns: int, rows: int, *, bold: bool) -> str:
        """Return what draws the list from the cursor's line on, and puts the cursor back there."""
        from rich.cells import cell_len, set_cell_size

        self.is_changed = False
        self._page = max(min(ROWS, rows - 3), 1)
        lowest = max(self.position - self._page + 1, 0)
        self._top = min(max(self._top, lowest), self.position)
        shown = self.found[self._top : self._top + self._page]
        names = [visible(each.name) for each in shown]
        width = max(map(cell_len, names), default=0)
        lines = []
        for number, (each, name) in enumerate(zip(shown, names, strict=True), self._top):
            is_here = number == self.position
            text = f"{'>' if is_here else ' '} {set_cell_size(name, width)}  {each.about}".rstrip()
            text = _cut(text, columns - 1)
            lines.append(f"\x1b[1m{text}\x1b[0m" if is_here and bold else text)
        count = f"{len(self.found)} of {len(self._choices)}."
        lines.append(_cut(f"{count} Type to narrow; Enter chooses, Esc leaves.", columns - 1))
        question = f"{self._title} {visible(self._typed)}"[1 - columns :]  # the end is typed at
        question = _cut(question, columns - 1)
        above = f"\x1b[{len(lines)}A\r"
        across = f"\x1b[{cell_len(question)}C"
        return "\r\x1b[J" + "\r\n".join([question, *lines]) + above + across


def _cut(text: str, columns: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= columns else set_cell_size(text, max(columns, 1))


@contextmanager
def _keys() -> Iterator[Callable[[float], str]]:
    """Yield a function that returns the next key, or nothing if none is pressed in some seconds.

    Ctrl-C arrives as a key, so that it leaves the terminal as it was.
    """
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    decode = codecs.getincrementaldecoder("utf-8")("ignore").decode
    typed = ""

    def read(seconds: float) -> str:
        if not select.select([handle], [], [], seconds)[0]:
            return ""
        data = os.read(handle, 1024)
        return decode(data) if data else "\x04"

    def next_key(seconds: float) -> str:
        nonlocal typed
        typed = typed or read(seconds)
        while re.fullmatch(BEGUN, typed) and (more := read(ESCAPE_SECONDS)):
            typed += more
        match = re.match(f"{SEQUENCE}|{BEGUN}|.", typed, re.DOTALL)
        key = match[0] if match else ""
        typed = typed[len(key) :]
        return key

    try:
        tty.setraw(handle, termios.TCSADRAIN)
        settings = termios.tcgetattr(handle)
        settings[1] = before[1]  # output as before
        termios.tcsetattr(handle, termios.TCSADRAIN, settings)
        yield next_key
    finally:
        with suppress(termios.error):  # it hung up: there is nothing to put back
            termios.tcsetattr(handle, termios.TCSADRAIN, before)
