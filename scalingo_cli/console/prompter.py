"""What a run asks its user: on stderr, answered at a terminal or from standard input."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from scalingo_cli.errors import Declined, Misused
from scalingo_cli.text.escape import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from scalingo_cli.console.console import Console


class Prompter:
    """Asks the user of a run.

    `is_agreed` answers all requests for confirmation with yes: they were made for all apps at once.

    Args:
        console: Where it asks.
        who: Returns who is signed in, and where, in words.
    """

    def __init__(self, console: Console, who: Callable[[], str]) -> None:
        self.is_agreed = False
        self._console = console
        self._who = who

    @property
    def can_ask(self) -> bool:
        """Whether a person can answer: stdin and stderr are terminals."""
        return self._console.is_of_process and sys.stdin.isatty() and self._console.stderr.isatty()

    @property
    def can_choose(self) -> bool:
        """Whether a person can choose from a list: not with --json, in CI, on a dumb terminal."""
        is_dumb = os.environ.get("TERM", "dumb") == "dumb"
        return self.can_ask and not (self._console.as_json or is_dumb or os.environ.get("CI"))

    def choose(self, title: str, choices: Iterable[tuple[str, str]]) -> str | None:
        """Return the name that the user chooses from a list on stderr, or None after Esc.

        Each choice is a name and what is shown after it; `can_choose` must be true. Raises
        KeyboardInterrupt for Ctrl-C.
        """
        from scalingo_cli.console.chooser import Choice, choose

        return choose(title, [Choice(*each) for each in choices], self._console.stderr)

    def ask(self, question: str, *, otherwise: str) -> str:
        """Return the line that the user enters.

        Raises Misused with the hint `otherwise` if there is no terminal, and KeyboardInterrupt if
        the user ends the input.
        """
        self.require_terminal(question, otherwise)
        self._console.stderr.write(visible(question) + " ")
        self._console.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        return line.strip()

    def ask_hidden(self, question: str, *, otherwise: str) -> str:
        """Return what the user types without showing it. Raises as `ask` does."""
        self.require_terminal(question, otherwise)
        from getpass import getpass

        try:
            return getpass(f"{visible(question)} ", stream=self._console.stderr)
        except EOFError:
            raise KeyboardInterrupt from None

    def secret(self, question: str, *, whole: bool = False) -> str:
        """Return the first line of standard input, or all of it (`whole`) but the last line break.

        At a terminal, asks for one line and hides it. Raises Misused as `ask` does, and if
        standard input has no such text.
        """
        if not self._console.is_of_process or sys.stdin.isatty():
            return self.ask_hidden(
                question, otherwise="Redirect a file or a pipe to standard input."
            )
        from scalingo_cli.storage import input_file

        return input_file.text("-").removesuffix("\n") if whole else input_file.first_line()

    def require_terminal(self, question: str, otherwise: str) -> None:
        """Raise Misused with the hint `otherwise` if there is no terminal to ask at."""
        if not self.can_ask:
            raise Misused(
                f'Cannot ask "{question.rstrip(" :?")}": there is no terminal.', otherwise
            )

    def decision(
        self, question: str, answers: str = "", *, otherwise: str, warning: str = ""
    ) -> str:
        """Show who is signed in, and where; then ask, and return what the user enters.

        Args:
            question: The question.
            answers: The possible answers, shown after the question.
            otherwise: The hint of the error, which says what to do without a terminal.
            warning: What to say before the question.

        Returns:
            The line that the user enters. Raises as `ask` does.
        """
        self.require_terminal(question, otherwise)
        self._console.say(f"Signed in {self._who()}.")
        if warning:
            self._console.say(warning)
        return self.ask(f"{question} {answers}".strip(), otherwise=otherwise)

    def agree(self, question: str, given: bool, option: str = "--yes") -> None:
        """Ask a yes-or-no `question`, unless `given`, which is the value of an `option`.

        Raises Declined if the answer is no, and Misused if there is no terminal.
        """
        if self._console.is_dry_run or self.is_agreed or given:
            return
        answer = self.decision(question, "[y/N]", otherwise=f"Pass {option} to proceed.")
        if answer.casefold() not in {"y", "yes"}:
            raise Declined("Nothing was done.")

    def confirm(self, consequence: str, name: str, given: str | None) -> None:
        """Show the `consequence`, and have the user type `name` to confirm it.

        `given` is the value of --confirm. Raises Misused if it or what the user types is not
        `name`, and if there is no terminal.
        """
        if given is None:
            if self._console.is_dry_run or self.is_agreed:
                return
            import shlex

            given = self.decision(
                f"Type {name} to confirm:",
                otherwise=f"{consequence} Pass --confirm {shlex.quote(name)} to proceed.",
                warning=consequence,
            )
        if given != name:
            raise Misused(f'"{given}" is not "{name}": nothing was done.')
