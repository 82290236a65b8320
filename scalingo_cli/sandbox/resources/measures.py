"""What the platform measured last of an app, and what that sets off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalingo_cli.sandbox.resources import alerts, autoscalers, catalogue, series

if TYPE_CHECKING:
    from datetime import datetime

    from scalingo_cli.sandbox.state.models import App
    from scalingo_cli.sandbox.state.store import Store


def take(store: Store, app: App, container_type: str, metric: str, value: float) -> None:
    """Set a measurement, from now on.

    Args:
        store: The state of the sandbox.
        app: The app.
        container_type: The type of the containers.
        metric: What is measured.
        value: The value.

    Raises:
        ValueError: The app has no containers of this type, or the metric is unknown.
    """
    if all(row["name"] != container_type for row in app.formation):
        raise ValueError(f"{app.name} has no container type {container_type!r}")
    if metric not in catalogue.METRICS:
        raise ValueError(f"unknown metric {metric!r}: one of {', '.join(catalogue.METRICS)}")
    new = {"container_type": container_type, "metric": metric, "value": value}
    rows = app.rows("measures")
    rows[:] = [
        row for row in rows if (row["container_type"], row["metric"]) != (container_type, metric)
    ]
    rows.append(new | {"since": store.stamp()})


def settle(store: Store, now: datetime) -> None:
    """Let what is measured set off what watches it."""
    for app in store.apps:
        for measure in [*app.collections.get("measures", ()), *series.of_leaks(app, now)]:
            alerts.react(store, app, measure)
            autoscalers.react(store, app, measure)
