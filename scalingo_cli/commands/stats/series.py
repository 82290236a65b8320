"""A metric of an app over time: a chart at a terminal, lines in a pipe, the API's array as JSON."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli import known
from scalingo_cli.api.document import Document, no_document
from scalingo_cli.console import chart
from scalingo_cli.console.view import Column, View, at, plain, with_unit
from scalingo_cli.errors import BadUsage
from scalingo_cli.settings import HINT_SECONDS
from scalingo_cli.text.dates import point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scalingo_cli.console.chart import Point
    from scalingo_cli.console.console import Console
    from scalingo_cli.console.terminal import Terminal
    from scalingo_cli.session import App, Session

MOST_HOURS = 71  # that the platform keeps


class Metric(NamedTuple):
    """A metric: the platform's path and query for it, its title, and how its values are written."""

    path: str
    params: Mapping[str, str]
    title: str
    spelt: Callable[[float], str]
    of_containers: bool = False
    colour: str = "green"
    base: int = 10


def _rounded(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


METRICS = {
    "cpu": Metric("cpu", {}, "CPU", lambda value: f"{_rounded(value)}%", of_containers=True),
    "memory": Metric("memory", {}, "Memory", with_unit, of_containers=True, base=1024),
    "swap": Metric("swap", {}, "Swap", with_unit, of_containers=True, base=1024),
    "rpm": Metric("requests", {"status_code": "all"}, "Requests per minute", _rounded),
    "5xx": Metric("requests", {"status_code": "5XX"}, "5xx errors", _rounded, colour="red"),
    "p95": Metric(
        "router",
        {"statistics_type": "p95"},
        "Response time (95th percentile)",
        lambda value: f"{_rounded(value)} ms",
    ),
}
POINT = View(
    "points", "point", {"Time": "time", "Value": Column(lambda row: plain(at(row, "value")))}
)


class Series(NamedTuple):
    """A series to ask for: a metric of an app, or of a type or one of its containers.

    `span` of it is shown, which is asked for in whole hours.
    """

    app: App
    metric: Metric
    kind: str
    span: timedelta

    @property
    def title(self) -> str:
        """What it is, in words."""
        whose = f"{self.kind} of {self.app.name}" if self.metric.of_containers else self.app.name
        return f"{self.metric.title}: {whose}"

    def ask(self) -> Document:
        """Return its points; the text of the document is the platform's array.

        Raises NotFound if nothing is measured, and as `API.send` does.
        """
        hours = max(1, math.ceil(self.span.total_seconds() / 3600))
        kind, _, index = self.kind.rpartition("-")
        parts = (kind, index) if kind and index.isdigit() else (self.kind,)
        path = [self.metric.path, *(parts if self.metric.of_containers else ())]
        asked = partial(known.container_types, self.app, within_seconds=HINT_SECONDS)
        with known.suggesting("Container type", parts[0], asked):
            answer = self.app.api.send(
                "GET",
                "apps",
                self.app.name,
                "stats",
                *path,
                params={**self.metric.params, "since": hours},
            )
        try:
            rows = json.loads(answer.body)
        except (ValueError, RecursionError):
            rows = None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise no_document(answer.kind, answer.request_id)
        document = Document({"points": rows})
        document.text = answer.body
        return document

    def points(self, document: Document) -> list[Point]:
        """Return the points of a document that lie in the span, each with its moment."""
        found = [(_moment(row), _value(row)) for row in document["points"]]
        dated = [(moment, value) for moment, value in found if moment]
        newest = max((moment for moment, _ in dated), default=datetime.now(UTC))
        return [each for each in dated if each[0] >= newest - self.span]


def _moment(row: Mapping[str, object]) -> datetime | None:
    try:
        return datetime.fromisoformat(plain(row.get("time")))
    except ValueError:
        return None


def _value(row: Mapping[str, object]) -> float | None:
    value = row.get("value")
    return float(value) if isinstance(value, (int, float)) else None


def wanted(app: App, metric: str, kind: str | None, since: str | None) -> Series:
    """Return the series that the options choose.

    Args:
        app: The app that is measured.
        metric: A name in METRICS, in any case.
        kind: A container type or one of its containers, such as `web-1`; None for `web`.
        since: A time or how long ago, such as `6h`; None for an hour.

    Returns:
        The series, not asked for yet.

    Raises:
        Misused: The metric is unknown.
        BadUsage: The options cannot be combined, or the time is invalid.
    """
    chosen = METRICS.get(metric.lower())
    if chosen is None:
        raise known.unknown("metric", metric, METRICS)
    if kind and not chosen.of_containers:
        raise BadUsage(
            f"--metric {metric} is of the whole app, and cannot be combined with --type."
        )
    now = datetime.now(UTC)
    try:
        span = now - point(since or "1h", now)
    except ValueError:
        raise BadUsage(f'--since "{since}" is not a time.', "For example: 30m, 6h, 2d.") from None
    if not timedelta(0) < span <= timedelta(hours=MOST_HOURS):
        raise BadUsage(f"--since is limited to the last {MOST_HOURS} hours.")
    return Series(app, chosen, kind or "web", span)


def show(console: Console, series: Series) -> None:
    """Show a series once: a chart at a terminal, a line for each point in a pipe."""
    document = series.ask()
    screen = console.terminal
    points = series.points(document)
    if console.as_json or screen is None or not points:
        shown = Document({"points": _rows(series, document)})
        shown.text = document.text
        console.show(shown, POINT._replace(empty=f"{series.title}: no values yet."))
    else:
        console.write(drawn(series, points, screen))


def drawn(series: Series, points: Sequence[Point], screen: Terminal) -> str:
    """Return the chart of some points, with its title and a summary."""
    spelt = series.metric.spelt
    metric = series.metric
    body = chart.chart(points, screen, spelt, colour=metric.colour, base=metric.base)
    return f"{series.title}\n{body}{chart.summary(points, spelt)}\n"


def _rows(series: Series, document: Document) -> list[Mapping[str, object]]:
    times = {moment for moment, _ in series.points(document)}
    return [row for row in document["points"] if _moment(row) in times]


def watch(session: Session, series: Series, seconds: float) -> None:
    """Show a series until Ctrl-C, asked for every so many seconds.

    At a terminal the chart is redrawn; in a pipe, each new point is printed once; with JSON, each
    array is one line.
    """
    from scalingo_cli.commands.stats.watch import repeated
    from scalingo_cli.console.screen import is_screen, redraw

    console = session.console
    documents = repeated(session, series.ask, seconds)
    if console.as_json:
        for document in documents:
            console.show_json_line(document)
    elif is_screen():
        redraw(documents, lambda document, screen: drawn(series, series.points(document), screen))
    else:
        console.show_each(_news(series, documents), POINT.columns)


def _news(series: Series, documents: Iterator[Document]) -> Iterator[Mapping[str, object]]:
    newest: datetime | None = None
    for document in documents:
        for row in _rows(series, document):
            moment = _moment(row)
            if moment and (newest is None or moment > newest):
                newest = moment
                yield row
