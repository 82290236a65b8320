"""One command on many apps: chosen, asked about, run, noted and summed up."""

from __future__ import annotations

import shlex
import threading
from collections import Counter, deque
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any

from scalingo_cli import places
from scalingo_cli.auth.rate import Rate
from scalingo_cli.commands.each import history, results
from scalingo_cli.commands.each.history import AGAIN, UNCERTAIN, Scope, State
from scalingo_cli.commands.each.line import checked
from scalingo_cli.commands.each.output import Output
from scalingo_cli.commands.each.runner import Run, worst
from scalingo_cli.commands.each.targets import Wanted, chosen
from scalingo_cli.errors import BadUsage, ExitCode, Failed, Interrupted, NextStep, ScalingoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from scalingo_cli.commands.each.line import Line
    from scalingo_cli.commands.each.runner import Outcome
    from scalingo_cli.commands.each.targets import Target
    from scalingo_cli.places import Place
    from scalingo_cli.session import Session
    from scalingo_cli.storage.journal import Journal


def forget(session: Session, words: Sequence[str]) -> int:
    """Drop the newest run that did not finish, or that of a command line, and return 0.

    Raises as `history.left_behind` does.
    """
    past = history.left_behind(_ours(words), str(session.auth.platform))
    if past is None:
        session.say("Nothing to forget: no run has left anything.")
        return ExitCode.DONE
    is_kept = session.console.is_dry_run
    past.close(finished=not is_kept)
    names = ", ".join(history.not_done(past))
    what = f"{past.plan['command']} of {past.plan['begun']}, which is not done for: {names}."
    session.say(f"{'This would forget' if is_kept else 'Forgot'} {what}")
    return ExitCode.DONE


def run(root: click.Command, session: Session, words: Sequence[str], **options: Any) -> int:
    """Run a command line for the apps that are chosen, or for those that an earlier run has left.

    Args:
        root: The root command.
        session: The session of the run as a whole.
        words: The command line, which may be empty with the option `resume`.
        options: The options of `each`.

    Returns:
        The exit code. Raises one error for all apps that failed.
    """
    words = _ours(words)
    with ExitStack() as stack:
        platform = str(session.auth.platform)
        past = history.left_behind(words, platform) if options["resume"] else None
        if options["resume"] and past is None:
            session.say("Nothing to resume: no run has left anything.")
            return ExitCode.DONE
        many = Many(session)
        if past:
            stack.callback(lambda: past.close(finished=many.is_finished))
            words = words or history.words_of(past)
            session.console.status(f"Resuming {past.plan['command']} of {past.plan['begun']}.")
        line = checked(root, words, session)
        session.is_reported = line.changes
        wanted = Wanted(
            *(options[name] for name in ("project", "statuses", "patterns", "exceptions"))
        )
        scope = Scope(options["all_regions"], options["all_accounts"], platform)
        if past:
            history.require_same(past, scope, wanted)
            scope = Scope(*(past.plan[name] for name in Scope._fields))
        dry_run = session.apis.dry_run
        if scope.all_accounts and dry_run and dry_run.form == "curl":
            raise BadUsage("--curl reads a single token: it excludes --all-accounts.")
        found = many.places_of(scope)
        if past:
            many.take_up(past, history.targets_of(past, found), wanted)
            many.decide(line, options["unfinished"])
        else:
            many.start(chosen(session, found, wanted))
        many.agree(line, yes=options["yes"], confirm=options["confirm"])
        if line.changes and not past and not session.console.is_dry_run:
            many.journal = journal = history.begin(line, scope, wanted, many.targets)
            stack.callback(lambda: journal.close(finished=many.is_finished))
        return many.run(root, line, at_once=options["jobs"], fail_fast=options["fail_fast"])


class Many:
    """The apps of a run, and what is known of each.

    Attributes:
        targets: The apps.
        states: What is known of each.
        journal: Where that is noted, None if nothing changes.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.console = session.console
        self.targets: Sequence[Target] = []
        self.states: list[State] = []
        self.journal: Journal | None = None
        self._todo: list[int] = []
        self._uncertain: list[int] = []
        self._outcomes: dict[int, Outcome] = {}
        self._stopping = threading.Event()
        self._several = False, False  # regions, accounts
        self._fields: list[list[str]] = []
        self._unread: OSError | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to resume."""
        is_done = bool(self.states) and set(self.states) <= {State.DONE, State.SKIPPED}
        return is_done and not self.console.is_dry_run

    # Before

    def places_of(self, scope: Scope) -> list[Place]:
        """Return the places to look in; all places of an account share its rate.

        Raises the error of a place that cannot be used.
        """
        places.check(self.session, regions=scope.all_regions, accounts=scope.all_accounts)
        found, failures = places.everywhere(
            self.session, regions=scope.all_regions, accounts=scope.all_accounts
        )
        places.report(failures)
        rates: dict[str, Rate] = {}
        for place in found:
            new = Rate(self.session.clock, limited=True, stop=self._stop)
            place.auth.rate = rates.setdefault(place.account, new)
        return found

    def _stop(self) -> None:
        """Raise Interrupted if the run is."""
        if self._stopping.is_set():
            raise Interrupted("Interrupted.")

    def start(self, targets: Sequence[Target]) -> None:
        """Begin with these apps."""
        self.targets = targets
        self.states = [State.LEFT] * len(targets)
        self._settle()

    def take_up(self, past: Journal, targets: Sequence[Target], wanted: Wanted) -> None:
        """Go on with an earlier run on these apps, or on those of them with a wanted name."""
        self.journal = None if self.console.is_dry_run else past
        self.targets = targets
        self.states = [history.state_of(past, each) for each in targets]
        self._settle(wanted)

    def decide(self, line: Line, unfinished: str | None) -> None:
        """Decide about the apps that may have been changed already, or ask.

        `unfinished` is `again`, to run the command for them, or `skip`, to take them for done.
        """
        if not self._uncertain:
            return
        names = self._names(self._uncertain)
        if unfinished is None and self.session.prompter.can_ask and not self.console.is_dry_run:
            self.console.say(f"{line.name} was started and may have changed: {names}.")
            question = "Run it again for them, skip them, or leave them as they are?"
            answer = self.session.prompter.ask(
                f"{question} [again/skip/N]", otherwise=""
            ).casefold()
            unfinished = answer if answer in {"again", "skip"} else None
        if unfinished == "again":
            self._todo = sorted([*self._todo, *self._uncertain])
        elif unfinished == "skip":
            for i in self._uncertain:
                self._note(i, State.SKIPPED)
        else:
            self.console.say(
                f"These may have been changed already, and are left as they are: {names}. Check"
                " them, then use --unfinished again or --unfinished skip."
            )

    def _settle(self, wanted: Wanted | None = None) -> None:
        """Sort the apps: what is left of those with a wanted name, and what is uncertain."""
        numbers = [
            i for i, each in enumerate(self.targets) if not wanted or wanted.match_name(each.app)
        ]
        self._todo = [i for i in numbers if self.states[i] in AGAIN]
        self._uncertain = [i for i in numbers if self.states[i] in UNCERTAIN]
        self._several = (
            len({each.place.region for each in self.targets}) > 1,
            len({each.place.account for each in self.targets}) > 1,
        )
        self._fields = []
        for app, place in self.targets:
            where = [place.region or "", place.account]
            more = [text for text, is_shown in zip(where, self._several, strict=True) if is_shown]
            self._fields.append([app, *more])

    def _names(self, numbers: Sequence[int]) -> str:
        return ", ".join(" ".join(self._fields[i]) for i in numbers)

    def agree(self, line: Line, *, yes: bool, confirm: str | None) -> None:
        """Name the apps and ask, if something would be changed. Raises as the console does."""
        if not line.changes or not self._todo or self.console.is_dry_run:
            return
        count = _count(len(self._todo))
        what = line.name if line.has_values else shlex.join(line.words)
        named = f"{what} on {count}: {self._names(self._todo)}."
        if line.destroys:
            self.session.prompter.confirm(named, count, confirm)
        elif yes:
            self.console.status(named)
        else:
            if self.session.prompter.can_ask:
                self.console.say(named)
            self.session.prompter.agree(f"Run {line.name} on {count}?", given=False)

    # While it goes

    def run(self, root: click.Command, line: Line, *, at_once: int, fail_fast: bool) -> int:
        """Run the command line for the apps that are left, and sum up.

        Args:
            root: The root command.
            line: The command line.
            at_once: How many apps at a time.
            fail_fast: Whether a failure keeps the others from starting.

        Returns:
            The exit code.

        Raises:
            ScalingoError: One for all apps that are not done, with the worst exit code.
            OSError: Nobody reads the results.
        """
        if not self._todo:
            return self._sum_up(line, is_interrupted=False)
        output = Output(self.console, self._fields, renders=not self.console.as_json)
        sessions = [self._session(i, line, output) for i in self._todo]
        work = Run(
            root,
            line.words,
            sessions,
            on_end=lambda n, outcome: self._end(self._todo[n], outcome),
            fail_fast=fail_fast,
        )
        changes = line.changes and not self.console.is_dry_run
        title = f"{line.name} on {_count(len(self._todo))}"
        with self.console.group(title) if changes else nullcontext():
            work.start(at_once)
            try:
                is_interrupted = self._follow(work, line, output)
            finally:
                self._stopping.set()
        if self._unread and not is_interrupted:
            raise self._unread
        if whole := self.session.apis.dry_run:
            for i, session in zip(self._todo, sessions, strict=True):
                part = session.apis.dry_run
                for request in part.requests if part else []:
                    request.place = ", ".join(self._fields[i][1:])
                    whole.requests.append(request)
        return self._sum_up(line, is_interrupted=is_interrupted)

    def _follow(self, work: Run, line: Line, output: Output) -> bool:
        """Report what ends until all has ended, and return whether Ctrl-C came.

        After the first one, nothing new is sent; a second one does not wait for what was sent.
        """
        left = deque(self._todo)
        is_interrupted = False
        while True:
            try:
                while work.wait(len(self._outcomes)):
                    n, outcome = work.ended[len(self._outcomes)]
                    self._outcomes[self._todo[n]] = outcome
                    self._report(self._todo[n], line, output)
                    while left and left[0] in self._outcomes:
                        self._show(left.popleft(), output)
                break
            except KeyboardInterrupt:
                work.close()
                if is_interrupted:
                    break
                is_interrupted = True
                self._stopping.set()
                self.console.status(
                    "Stopping after the requests under way. Ctrl-C again to leave now."
                )
        for i in left:
            self._show(i, output)
        return is_interrupted

    def _session(self, i: int, line: Line, output: Output) -> Session:
        """Return the session of one app."""
        target = self.targets[i]
        session = self.session.one_of_many(
            target.app, target.place.auth, output.streams(self._fields[i])
        )
        session.console.shows_records = self.console.as_json or not line.changes
        if self.journal:
            session.apis.before_change = lambda: self._note(i, State.SENDING)
        return session

    def _note(self, i: int, state: State) -> None:
        if self.states[i] != state:
            self.states[i] = state
            if self.journal:
                self.journal.note(self.targets[i].key, state=state)

    def _end(self, i: int, outcome: Outcome) -> None:
        """Note how the command ended for an app."""
        was_sent = self.states[i] == State.SENDING
        may_have_changed = outcome.may_have_changed or isinstance(outcome.error, Interrupted)
        if outcome.error is None:
            self._note(i, State.DONE)
        elif i in self._uncertain or (was_sent and may_have_changed):
            self._note(i, State.UNFINISHED)
        else:
            self._note(i, State.FAILED)

    def _report(self, i: int, line: Line, output: Output) -> None:
        """Print a line on stderr about an app whose command has ended, except in JSON."""
        error = self._outcomes[i].error
        if self.console.as_json:
            return
        if error:
            output.say(self._fields[i], f"{error.message} (exit code {error.exit_code})", "red")
            for advice in error.advice:
                output.say(self._fields[i], advice)
        elif line.changes and not self.console.is_dry_run:
            so_far = f"{len(self._outcomes)} of {len(self._todo)}"
            output.say(self._fields[i], f"done ({so_far})")

    def _show(self, i: int, output: Output) -> None:
        """Print what an app's command printed, in the order of the apps."""
        outcome = self._outcomes.get(i)
        if self._unread:
            return
        try:
            if self.console.as_json:
                text = outcome.text if outcome else ""
                self.console.show_json_line(results.document(self._result(i), text))
            elif outcome:
                output.show(self._fields[i], outcome.text)
        except OSError as error:
            if self.journal is None:
                raise
            self._unread = error  # nobody reads on: that is no reason to leave changes undone

    # After

    def _result(self, i: int) -> dict[str, Any]:
        return results.result(self.targets[i], self.states[i], self._outcomes.get(i))

    def _sum_up(self, line: Line, *, is_interrupted: bool) -> int:
        """Show the results, and raise one error for all that is not done."""
        has_printed = any(outcome.text for outcome in self._outcomes.values())
        shows_results = line.changes and not self.console.as_json and not has_printed
        if shows_results:
            document = {"results": [self._result(i) for i in range(len(self.targets))]}
            self.console.show(document, results.view(self.console.terminal, *self._several))
        codes = [outcome.code for outcome in self._outcomes.values()]
        uncertain = {i for i, state in enumerate(self.states) if state in UNCERTAIN}
        if uncertain - self._outcomes.keys() and not self.console.is_dry_run:
            codes.append(ExitCode.FAILED)
        if is_interrupted:
            codes.append(ExitCode.INTERRUPTED)
        code = worst(codes)
        failed = [outcome for outcome in self._outcomes.values() if outcome.error]
        if code == ExitCode.DONE or (not failed and code == ExitCode.DIFFERENT):
            if line.changes:
                self.console.progress(self._tally(line))
            return code
        if self.session.apis.dry_run and not self.console.as_json and not is_interrupted:
            return code
        raise self._failure(line, code)

    def _tally(self, line: Line) -> str:
        """Return how many apps are in which state, in a sentence."""
        counts = Counter(self.states).items()
        states = ", ".join(f"{count} {state}" for state, count in counts)
        return f"{line.name} on {_count(len(self.targets))}: {states}."

    def _failure(self, line: Line, code: ExitCode) -> ScalingoError:
        """Return the error that says how many apps are in which state, and how to go on."""
        message = self._tally(line)
        error: ScalingoError
        if code == ExitCode.INTERRUPTED:
            error = Interrupted(f"Interrupted: {message}")
        else:
            error = Failed(message)
            error.exit_code = code
        if self.journal:
            if line.has_values:
                error.advise("To do what is left, run the same command line with --resume.")
            else:
                way = self.session.auth.line("each --resume")
                error.advise(NextStep("To do what is left", way))
        return error


def _ours(words: Sequence[str]) -> Sequence[str]:
    """Return a command line without the name of this client."""
    return words[1:] if words[:1] == ("scalingo",) else words


def _count(count: int) -> str:
    return f"{count} app{'s' * (count != 1)}"
