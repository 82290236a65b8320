"""Text in the user's editor: in a private file, removed at the end unless work would be lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scalingo_cli.errors import Declined, Failed, Misused, ScalingoError
from scalingo_cli.process import foreground
from scalingo_cli.settings import environment_of_helpers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scalingo_cli.session import Session


class Draft:
    """A text in a file that only its owner can read."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._original = text.encode()
        try:
            path.touch(mode=0o600)
            path.write_bytes(self._original)
        except OSError as error:
            raise _no_room(error) from error

    @property
    def changed(self) -> bool:
        """Whether the text in the file has changed."""
        return self.path.is_file() and self.path.read_bytes() != self._original

    def edit(self) -> None:
        """Open the file in `VISUAL`, `EDITOR` or vi, and wait until the editor exits.

        Raises Failed if it exits with an error, or leaves a pipe or the like.
        """
        editor = _chosen() or "vi"
        # The value is a line for a shell, such as `code --wait`: git and crontab take it so.
        # That shell outlives Ctrl-C, which is the editor's.
        line = f'trap : INT; {editor} "$@"'
        code = foreground.run(
            ["sh", "-c", line, editor, str(self.path)], environment_of_helpers(), stop_with=True
        )
        if code:
            raise Failed(
                f"The editor ({editor}) exited with {code}: nothing was sent.",
                "To use a different editor, set VISUAL or EDITOR.",
            )
        if self.path.exists() and not self.path.is_file():
            raise Failed(f"The editor ({editor}) did not leave a regular file: nothing was sent.")


@contextmanager
def draft(session: Session, name: str, text: str) -> Iterator[Draft]:
    """Yield a draft of `text` in a file called `name`, and remove it at the end.

    If an error other than Declined ends the block, a changed file is kept, and its path is
    reported. Raises Misused if no editor is selected and vi would have no terminal.
    """
    if not (_chosen() or session.prompter.can_ask):
        raise Misused(
            "The default editor, vi, needs a terminal.",
            "Set VISUAL or EDITOR to an editor that works without one.",
        )
    try:
        directory = Path(tempfile.mkdtemp(prefix="scalingo-"))
    except OSError as error:
        raise _no_room(error) from error
    kept = False
    try:
        opened = Draft(directory / name, text)
        try:
            yield opened
        except ScalingoError as error:
            kept = opened.changed and not isinstance(error, Declined)
            raise
    finally:
        if kept:
            session.say(f"Your edits are saved in {opened.path}")
        else:
            shutil.rmtree(directory)


def _chosen() -> str | None:
    return os.environ.get("VISUAL") or os.environ.get("EDITOR")


def _no_room(error: OSError) -> Failed:
    return Failed(f"Could not create a file to edit: {error.strerror}.")
