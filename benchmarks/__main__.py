"""Measures each promise about speed, and prints what was reached beside what was promised."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from benchmarks.far_platform import far_platform
from benchmarks.measuring import Command, once, peak_memory, ratio
from scalingo_cli.sandbox.resources.events import History
from tests.secret_service import bus, gnome_keyring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scalingo_cli.sandbox import Sandbox

YARDSTICKS = Path(__file__).parent / "yardsticks"
SCRIPT = str(YARDSTICKS / "get_apps.py")
FAR_SECONDS = 0.1
# What is measured with, and the Debian package that has it.
PROGRAMS = {
    "bash": "bash",
    "curl": "curl",
    "dbus-daemon": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "hyperfine": "hyperfine",
    "openssl": "openssl",
}


@dataclass(frozen=True)
class Amount:
    """How much to measure: `quick` shows that it works, and its figures mean nothing."""

    rounds: int
    runs: int
    events: int
    more_events: int
    log_bytes: int


THOROUGH = Amount(15, 5, 12_000, 120_000, 200_000_000)
QUICK = Amount(1, 1, 300, 600, 1_000_000)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    against: str
    reached: str
    goal: str
    met: bool


@dataclass
class Bench:
    """Measures, and prints each row as soon as it is there.

    `programs` is the directory of the `scalingo` and the `python` that are measured, and
    `environment` the one that leads them to the `sandbox`.
    """

    programs: Path
    environment: dict[str, str]
    sandbox: Sandbox
    amount: Amount
    directory: Path
    rows: list[Row] = field(default_factory=list)

    def scalingo(self, *words: str, code: int = 0, **variables: str) -> Command:
        """Return a command line of `scalingo`."""
        return Command([str(self.programs / "scalingo"), *words], variables, code)

    def python(self, *words: str) -> Command:
        """Return a command line of `python`."""
        return Command([str(self.programs / "python"), *words])

    def script(self, name: str) -> Command:
        """Return the command line of a yardstick in Python."""
        return self.python(str(YARDSTICKS / name))

    def compare(
        self,
        what: str,
        command: Command,
        against: str,
        yardstick: Command,
        goal: float,
        *,
        rounds: int | None = None,
        runs: int | None = None,
        prepare: Callable[[], object] = lambda: None,
    ) -> None:
        """Measure one row: `command` may take `goal` times as long as `yardstick`."""
        reached = ratio(
            command,
            yardstick,
            environment=self.environment,
            rounds=min(rounds or self.amount.rounds, self.amount.rounds),
            runs=min(runs or self.amount.runs, self.amount.runs),
            prepare=prepare,
        )
        words = f"{reached.middle:.2f} ({reached.low:.2f} to {reached.high:.2f})"
        self.report(Row(what, against, words, f"≤ {goal:g}", reached.middle <= goal))

    def report(self, row: Row) -> None:
        """Print a row; the first one has the head of the table above it."""
        if not self.rows:
            _write(["What", "Against", "Reached (half of the rounds)", "Goal", ""])
            _write(["---"] * 5)
        self.rows.append(row)
        _write([row.what, row.against, row.reached, row.goal, "met" if row.met else "missed"])

    # The rows

    def start_up(self) -> None:
        """Measure what needs no platform."""
        nothing = ("python -c pass", self.python("-c", "pass"))
        click = ('python -c "import click"', self.python("-c", "import click"))
        script = self.programs.parent / "share/bash-completion/completions/scalingo"
        static = Command(["bash", "--norc", str(YARDSTICKS / "complete.bash"), str(script)])
        dynamic = self.scalingo("__complete", "apps list", "")
        listing = self.scalingo("apps")
        misused = self.scalingo("apps", "--jsno", code=2)
        once(misused, self.environment)
        self.compare("--version", self.scalingo("--version"), *nothing, 1.3)
        self.compare("--help", self.scalingo("--help"), *click, 1.3)
        # The group whose module imports most.
        self.compare("env --help", self.scalingo("env", "--help"), *click, 1.3)
        self.compare("a usage error", misused, *click, 1.3)
        if once(static, self.environment).split() != ["events"]:
            raise RuntimeError("the completion script does not complete")
        self.compare("completion of a command", static, *nothing, 1.1)

        def show_apps() -> None:  # completion offers what was shown, and looks again if it is old
            once(listing, self.environment)

        show_apps()
        if self.sandbox.main_app not in once(dynamic, self.environment).split():
            raise RuntimeError("no app is offered")
        self.compare("completion of an app", dynamic, *nothing, 4, prepare=show_apps)

    def one_request(self) -> None:
        """Measure a command that makes one request, with the token in the environment."""
        script = ("the same request by requests", self.script("get_apps.py"))
        as_json = self.scalingo("apps", "--json")
        if once(as_json, self.environment) != once(script[1], self.environment):
            raise RuntimeError("the script gets something else")
        self.compare("apps --json", as_json, *script, 1.15, runs=3)
        table = self.scalingo("apps", SCALINGO_FORCE_TTY="100")
        self.compare("apps, as a table", table, *script, 1.5, runs=3)
        mine = peak_memory(as_json, self.environment)
        with_click = self.python("-c", f"import click, runpy; runpy.run_path({SCRIPT!r})")
        least = peak_memory(with_click, self.environment)
        self.report(
            Row(
                "memory of apps --json",
                "the same request by requests, with click imported",
                f"{mine / least:.2f} ({mine / 1e6:.0f} MB)",
                "≤ 1.1",
                mine <= 1.1 * least,
            )
        )

    def several_requests(self) -> None:
        """Measure commands that need several answers, of a platform three times as far away."""
        near = self.environment
        directory = self.directory / "regional"
        directory.mkdir()
        with far_platform(directory, "regional", FAR_SECONDS) as (sandbox, variables):
            self.environment = {**near, **variables}
            bearer = _bearer(sandbox, variables["REQUESTS_CA_BUNDLE"])
            apps, ps, logs = (self.scalingo(name) for name in ("apps", "ps", "logs"))
            for command in (apps, ps, logs):
                once(command, self.environment)  # which leaves a bearer, and where the logs are
            away = f"{FAR_SECONDS * 1000:.0f} ms away"
            self.compare(f"ps, {away}", ps, "apps", apps, 1.1, runs=3)
            self.compare(f"logs, {away}", logs, "apps", apps, 1.5, runs=3)
            script = self.script("get_ps.py")
            pool = Command(script.words, {"BEARER": bearer})
            once(pool, self.environment)
            as_json = self.scalingo("ps", "--json")
            words = "the same requests by requests and a thread pool"
            self.compare(f"ps --json, {away}", as_json, words, pool, 1, runs=3)
        self.environment = near

    def one_request_with_keyring(self) -> None:
        """Measure the same with the token in a Secret Service."""
        signed_in = self.environment
        token = signed_in["SCALINGO_API_TOKEN"]
        without = {name: signed_in[name] for name in signed_in if name != "SCALINGO_API_TOKEN"}
        with bus(without) as on_bus, gnome_keyring(on_bus, "--unlock"):
            self.environment = on_bus
            login = self.scalingo("login", "--with-token").line
            subprocess.run(
                login, env=on_bus, input=token, encoding="ascii", check=True, capture_output=True
            )
            script = ("the same with keyring", self.script("get_apps_with_keyring.py"))
            as_json = self.scalingo("apps", "--json")
            if once(as_json, on_bus) != once(script[1], on_bus):
                raise RuntimeError("the script gets something else")
            self.compare("apps --json, token in keyring", as_json, *script, 0.8, runs=3)
        self.environment = signed_in

    def events(self) -> None:
        """Measure long listings: how long they take, and how much memory."""
        self._happen(self.amount.events)
        every = self.scalingo("events", "--all")
        self._require_every_event(once(every, self.environment))
        script = ("the same pages one after another", self.script("get_events.py"))
        self.compare("events --all", every, *script, 0.35, rounds=7, runs=1)
        table = self.scalingo("events", "--all", SCALINGO_FORCE_TTY="100")
        self.compare("events --all, as a table", table, "in a pipe", every, 1.5, rounds=7, runs=1)

        as_json = self.scalingo("events", "--all", "--json")
        few = peak_memory(as_json, self.environment)
        self._happen(self.amount.more_events)
        many = peak_memory(as_json, self.environment)
        count = f"{self.amount.more_events:,} events"
        self.report(
            Row(
                f"memory of events --all --json, {count}",
                f"{self.amount.events:,} events",
                f"{many / few:.2f} ({few / 1e6:.0f} MB, {many / 1e6:.0f} MB)",
                "< 1.5",
                many < 1.5 * few,
            )
        )
        for what, command in {"it": as_json, "the table": table}.items():
            asked, pages = self._pages_before_the_first_byte(command)
            self.report(
                Row(
                    f"first byte of {what}, {count}",
                    "the last page",
                    f"page {asked} of {pages} was asked for",
                    "before",
                    asked < pages,
                )
            )

    def _happen(self, events: int) -> None:
        app = self.sandbox.main_app
        own = len(self.sandbox.store.app(app).events)
        self.sandbox.add_many_events(app, events - own)

    def _require_every_event(self, lines: str) -> None:
        history = History(self.sandbox.store, self.sandbox.store.app(self.sandbox.main_app))
        told = [line.split("\t")[0] for line in lines.splitlines()]
        if told != [event["id"] for event in reversed(history)]:
            raise RuntimeError("events --all does not tell each event once, newest first")

    def _pages_before_the_first_byte(self, command: Command) -> tuple[int, int]:
        """Return how far pages were asked for at the first byte of output, and how many came."""
        self.sandbox.clear_requests()
        with subprocess.Popen(
            command.line, env=self.environment, stdout=subprocess.PIPE
        ) as listing:
            assert listing.stdout is not None
            listing.stdout.read(1)
            asked = self._last_page()
            listing.stdout.read()
        return asked, self._last_page()

    def _last_page(self) -> int:
        return max(int(request.query.get("page", "1")) for request in self.sandbox.requests)

    def logs(self) -> None:
        """Measure a long dump of logs: how long it takes, and how much memory."""
        app = self.sandbox.main_app
        self.sandbox.add_many_logs(app, self.amount.log_bytes)
        dump = self.scalingo("logs", "--lines", "1000000000")
        kept = [self.directory / "by-scalingo.txt", self.directory / "by-curl.txt"]
        to_file = Command(["sh", "-c", '"$@" > "$0"', str(kept[0]), *dump.words])
        certificates = ["--cacert", self.environment["REQUESTS_CA_BUNDLE"]]
        config = self.directory / "curl.conf"

        def new_address() -> None:
            said = once(self.scalingo("api", "GET", f"/apps/{app}/logs"), self.environment)
            config.write_text(f'url = "{json.loads(said)["logs_url"]}&n=1000000000"\n')

        new_address()
        options = ["--silent", "--fail", "--config", str(config), "--output", str(kept[1])]
        curl = Command(["curl", *options, *certificates])
        once(to_file, self.environment)
        once(curl, self.environment)
        if subprocess.run(["cmp", *map(str, kept)], check=False).returncode:
            raise RuntimeError("scalingo and curl got different logs")
        size = f"{kept[0].stat().st_size / 1e6:,.0f} MB"
        self.compare(
            f"logs, {size} to a file",
            to_file,
            "curl to a file",
            curl,
            1.5,
            rounds=7,
            runs=1,
            prepare=new_address,
        )
        peak = peak_memory(dump, self.environment) / 1e6
        self.report(Row(f"memory of logs, {size}", "", f"{peak:.0f} MB", "< 60 MB", peak < 60))


ROWS = {
    measure.__name__: measure
    for measure in (
        Bench.start_up,
        Bench.one_request,
        Bench.several_requests,
        Bench.one_request_with_keyring,
        Bench.events,
        Bench.logs,
    )
}


def _bearer(sandbox: Sandbox, authorities: str) -> str:
    """Return a bearer, for scripts that do not sign in by themselves."""
    url = f"{sandbox.auth_url}/v1/tokens/exchange"
    answer = requests.post(url, auth=("", sandbox.token), verify=authorities, timeout=60)
    return str(answer.json()["token"])


def _write(cells: Sequence[str]) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


@contextmanager
def _bench(programs: Path, amount: Amount) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        home = directory / "home"
        home.mkdir()
        with far_platform(directory) as (sandbox, variables):
            variables |= {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
            variables["SCALINGO_KEYRING_TIMEOUT"] = "60"  # no figure depends on a busy machine
            yield Bench(programs, variables, sandbox, amount, directory)


def _require_programs() -> None:
    """Install what is missing, where this is Debian and we may. Ends the process elsewhere."""
    packages = [package for name, package in PROGRAMS.items() if not shutil.which(name)]
    if not packages:
        return
    sys.stderr.write(f"Missing here: {' '.join(packages)}.\n")
    root = ["sudo"] if os.geteuid() else []
    for words in ("update --quiet", f"install --yes --no-install-recommends {' '.join(packages)}"):
        command = [*root, "apt-get", *words.split()]
        sys.stderr.write(f"{' '.join(command)}\n")
        if not shutil.which(command[0]) or subprocess.run(command, check=False).returncode:
            sys.exit("That failed: install what is missing, then run this again.")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--programs",
        type=Path,
        default=Path(sys.executable).parent,
        help="the directory of the scalingo and the python to measure",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a moment of each: to see that it works"
    )
    parser.add_argument(
        "rows", nargs="*", metavar="ROWS", help=f"{', '.join(ROWS)}; all unless given"
    )
    given = parser.parse_args()
    if unknown := [name for name in given.rows if name not in ROWS]:
        parser.error(f"no such rows: {', '.join(unknown)}")
    _require_programs()
    with _bench(given.programs, QUICK if given.quick else THOROUGH) as bench:
        for name in given.rows or ROWS:
            ROWS[name](bench)


if __name__ == "__main__":
    main()
