"""`scalingo stats`: what each running container uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scalingo_cli.cli.command import Command
from scalingo_cli.cli.options import option
from scalingo_cli.cli.types import Number, Word
from scalingo_cli.commands.stats.watch import watch as watch_
from scalingo_cli.console.view import Column, View, at, plain, size
from scalingo_cli.errors import BadUsage

if TYPE_CHECKING:
    from scalingo_cli.api.document import Document
    from scalingo_cli.session import Session

STATS = View(
    "stats",
    "stat",
    {
        "Container": Column(lambda record: plain(at(record, "id"))),  # a name: it comes first
        "CPU": Column(
            lambda record: plain(at(record, "cpu_usage")),
            lambda record: f"{plain(at(record, 'cpu_usage'))}%",
            right=True,
        ),
        "Memory": size("memory_usage"),
        "Limit": size("memory_limit"),
        "Peak": size("highest_memory_usage"),
        "Swap": size("swap_usage"),
        "Swap limit": size("swap_limit"),
        "Swap peak": size("highest_swap_usage"),
    },
    empty="No container is running.",
)


@click.command(
    "stats",
    cls=Command,
    takes_app=True,
    examples=[
        "scalingo stats --app my-app",
        "scalingo stats | sort -rnk3 | head -n 3",
        "scalingo stats --metric memory --type worker --since 6h",
    ],
)
@option(
    "--metric",
    metavar="METRIC",
    type=Word("cpu", "memory", "swap", "rpm", "5xx", "p95"),
    help="Metric to show over time: cpu, memory, swap, rpm, 5xx or p95.",
)
@option(
    "--type",
    "kind",
    metavar="TYPE",
    type=Word(listing="scale"),
    help="Container type (web) or container (web-1) for cpu, memory or swap (default: web).",
)
@option(
    "--since",
    metavar="TIME",
    help="How far back --metric goes, such as 30m, 6h or 2d (default: 1h).",
)
@option("--watch", aliases=["--stream"], is_flag=True, help="Refresh until Ctrl-C.")
@click.option(
    "--interval",
    type=Number(float, 2),
    metavar="SECONDS",
    help="Seconds between refreshes with --watch, at least 2 (default: 3; 30 with --metric).",
)
@click.pass_obj
def command(
    session: Session,
    metric: str | None,
    kind: str | None,
    since: str | None,
    watch: bool,
    interval: float | None,
) -> None:
    """Show the resource usage of each running container.

    CPU is a percentage; memory and swap are in bytes, with their limits and peaks. With --watch,
    the table is redrawn in place at a terminal; in a pipe, each refresh is printed after an empty
    line, or with --json as one line.

    With --metric, shows a metric over time: a chart at a terminal, where each column is the highest
    value of its interval; in a pipe, a line for each point. --watch adds the newest points.
    """
    app = session.app()
    for name, given in (("--type", kind), ("--since", since)):
        if given is not None and not metric:
            raise BadUsage(f"{name} requires --metric.")
    if interval and not watch:
        raise BadUsage("--interval requires --watch.")
    if metric:
        from scalingo_cli.commands.stats import series

        app = app._replace(api=session.regional_api)
        chosen = series.wanted(app, metric, kind, since)
        if watch:
            series.watch(session, chosen, interval or 30)
        else:
            series.show(session.console, chosen)
        return

    def ask() -> Document:
        return app.api.get("apps", app.name, "stats")

    if watch:
        watch_(session, ask, STATS, interval or 3)
    else:
        session.show(ask(), STATS)
